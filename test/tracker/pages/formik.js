import { Field, Form, Formik } from 'formik'
import { createElement as h, useState } from 'react'
import { createRoot } from 'react-dom/client'

/** Controlled fields; where the page asks for it, a wizard as in Formik's own examples: each step is a submission. */
function Demo({ steps }) {
  const [step, setStep] = useState(0)
  const submit = (values) => {
    if (step < steps.length - 1) setStep(step + 1)
    else window.received.push(values)
  }
  return h(
    Formik,
    { initialValues: { email: '', lastName: '', company: '', password: '' }, onSubmit: submit },
    h(
      Form,
      { name: 'demo' },
      steps[step].map((name) => h(Field, { key: name, name, type: name === 'password' ? name : 'text' })),
      h('button', { type: 'submit' }, 'Send'),
    ),
  )
}

const steps =
  location.hash === '#steps' ? [['email', 'lastName'], ['company']] : [['email', 'lastName', 'company', 'password']]
createRoot(document.querySelector('#app')).render(h(Demo, { steps }))

import { createElement as h, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { useForm } from 'react-hook-form'

/** Two steps of one form, both kept in the page; `handleSubmit` checks, prevents the default and hands over the data. */
function Demo() {
  const [step, setStep] = useState(1)
  const { register, handleSubmit, trigger } = useForm()
  const next = async () => {
    if (await trigger(['email', 'firstName'])) setStep(2)
  }
  return h(
    'form',
    { id: 'demo', noValidate: true, onSubmit: handleSubmit((data) => window.received.push(data)) },
    h(
      'div',
      { hidden: step !== 1 },
      h('input', { type: 'email', ...register('email', { required: true }) }),
      h('input', register('firstName')),
      h('input', { type: 'password', ...register('password') }),
      h('button', { type: 'button', id: 'next', onClick: next }, 'Next'),
    ),
    h(
      'div',
      { hidden: step !== 2 },
      h('input', register('company', { required: true })),
      h('select', register('companySize'), h('option', null, '1-50'), h('option', null, '51-200')),
      h('textarea', register('message')),
      h('button', { type: 'submit' }, 'Send'),
    ),
  )
}

createRoot(document.querySelector('#app')).render(h(Demo))

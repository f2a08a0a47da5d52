/** A form in a shadow root in a shadow root, which the page adds later and handles itself. */
customElements.define(
  'lead-form',
  class extends HTMLElement {
    connectedCallback() {
      const outer = this.attachShadow({ mode: 'open' })
      outer.innerHTML = '<section></section>'
      const inner = outer.querySelector('section').attachShadow({ mode: 'open' })
      inner.innerHTML = `<form name="capture"><input type="email" name="email"><input name="company">
        <input type="password" name="password"><button>Send</button></form>`
      inner.addEventListener('submit', (event) => {
        event.preventDefault()
        window.received.push(Object.fromEntries(new FormData(event.target)))
      })
    }
  },
)

/** A field that is an element of its own: https://html.spec.whatwg.org/multipage/custom-elements.html#form-associated */
customElements.define(
  'lead-field',
  class extends HTMLElement {
    static formAssociated = true
    #internals = this.attachInternals()
    #input

    connectedCallback() {
      const shadow = this.attachShadow({ mode: 'open', delegatesFocus: true })
      shadow.innerHTML = '<input>'
      this.#input = shadow.querySelector('input')
      this.#input.addEventListener('input', () => this.#internals.setFormValue(this.value))
    }

    get name() {
      return this.getAttribute('name')
    }

    get type() {
      return this.getAttribute('type') ?? 'text'
    }

    get value() {
      return this.#input.value
    }
  },
)

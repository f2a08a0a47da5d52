import $ from 'jquery'

/** A form that is added later, sent by AJAX, and replaced by thanks before the answer is there. */
setTimeout(() => {
  $('#app').append(`<form id="demo" action="/received"><input name="your-email"><input name="your-company">
    <input type="password" name="password"><button>Send</button></form>`)
}, 100)
$(document).on('submit', 'form', function (event) {
  event.preventDefault()
  $.post(this.action, $(this).serialize(), () => $('#app').append('<h1>Thanks</h1>'))
  $(this).remove()
})

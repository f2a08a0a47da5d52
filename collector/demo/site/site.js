// As any site's own script would: it calls braise(), which may not have loaded yet, and answers forms in place.
window.braise =
  window.braise ||
  function () {
    // biome-ignore lint/complexity/noArguments: the published stub queues `arguments` as it is, with its time
    const call = arguments
    call.time = Date.now()
    window.braise.q = window.braise.q || []
    window.braise.q.push(call)
  }

for (const form of document.forms) {
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const thanks = form.nextElementSibling
    form.hidden = true
    thanks.hidden = false
    thanks.focus()
  })
}

for (const link of document.querySelectorAll('a[download]')) {
  link.addEventListener('click', () => window.braise('track', 'File Downloaded', { href: link.href }))
}

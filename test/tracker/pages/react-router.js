import { createElement as h, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter, Link, Route, Routes } from 'react-router-dom'
import { LINKS, TITLES } from './screens.ts'

createRoot(document.querySelector('#app')).render(
  h(
    BrowserRouter,
    null,
    h(
      Routes,
      null,
      Object.entries(TITLES).map(([path, title]) => h(Route, { key: path, path, element: h(Screen, { title }) })),
    ),
  ),
)

function Screen({ title }) {
  useEffect(() => {
    document.title = title
  }, [title])
  return h(
    'main',
    null,
    h('h1', null, title),
    LINKS.map((to) => h(Link, { key: to, to }, to)),
  )
}

import { createApp, h } from 'vue'
import { createRouter, createWebHistory, RouterLink, RouterView } from 'vue-router'
import { LINKS, TITLES } from './screens.ts'

const router = createRouter({
  history: createWebHistory(),
  routes: Object.entries(TITLES).map(([path, title]) => ({ path, meta: { title }, component: screenOf(title) })),
  scrollBehavior: (to) => (to.hash ? { el: to.hash } : { top: 0 }),
})
router.afterEach((to) => {
  document.title = to.meta.title
})
createApp({ render: () => h(RouterView) })
  .use(router)
  .mount('#app')

function screenOf(title) {
  return {
    render: () => h('main', [h('h1', { id: 'faq' }, title), LINKS.map((to) => h(RouterLink, { to }, () => to))]),
  }
}

/** What the pages of the small applications are called, and where their links lead. */
export const TITLES = { '/': 'Home', '/pricing': 'Prices', '/team': 'Our team' }
export const LINKS = ['/', '/pricing', '/team', '/pricing?sort=price', '/pricing?sort=price#faq']

import { pick, type Random } from './random.ts'

/** Everybody here is invented; company addresses end in `.example`, phone numbers are those set aside for fiction. */
export interface Person {
  firstName: string
  lastName: string
  email: string
  company?: string
  title?: string
  employees?: string
  industry?: string
  phone?: string
  country?: string
}

/** A made-up employee of a made-up company, known by what a short form asks. */
export function employee(random: Random, [firstName, lastName]: Name): Person {
  const [company, domain] = pick(random, companies)
  return { firstName, lastName, company, email: `${plain(firstName)}.${plain(lastName)}@${domain}` }
}

function plain(name: string): string {
  const withoutAccents = name.normalize('NFD').replace(/\p{Mn}/gu, '')
  return withoutAccents.toLowerCase().replace(/[^a-z]/g, '')
}

/** Two colleagues at one desk: first the one, days later the other. */
export const deskMates: [Person, Person] = [
  {
    firstName: 'Marta',
    lastName: 'Esteves',
    email: 'marta.esteves@ceramica-lume.example',
    company: 'Cerâmica Lume',
  },
  {
    firstName: 'Rui',
    lastName: 'Tavares',
    email: 'rui.tavares@ceramica-lume.example',
    company: 'Cerâmica Lume',
  },
]

/** Their domain belongs in the demo ruleset's list of competitors. */
export const competitor: Person = {
  firstName: 'Neil',
  lastName: 'Harker',
  email: 'neil.harker@torqwell.example',
  company: 'Torqwell Software',
}

export const applicants: Person[] = [
  {
    firstName: 'Camille',
    lastName: 'Nguyen',
    email: 'camille.nguyen@etu.univ-saline.example',
    title: 'Student',
  },
  {
    firstName: 'Bilal',
    lastName: 'Haddad',
    email: 'bilal.haddad.oilcan.sample@gmail.com',
    title: 'Étudiant en informatique',
  },
  {
    firstName: 'Solène',
    lastName: 'Guivarc’h',
    email: 'solene.guivarch.oilcan.sample@laposte.net',
    title: 'Technicienne support',
  },
  {
    firstName: 'Jakub',
    lastName: 'Novotný',
    email: 'jakub.novotny.oilcan.sample@gmail.com',
    title: 'Front-end developer',
  },
]

/** People who give a private address where a company one was asked. */
export const privatePeople: Person[] = [
  {
    firstName: 'Noémie',
    lastName: 'Roux',
    email: 'noemie.roux.oilcan.sample@orange.fr',
    company: 'Atelier Roux',
  },
  { firstName: 'Derek', lastName: 'Abbot', email: 'derek.abbot.oilcan.sample@gmail.com', company: 'Self-employed' },
  { firstName: 'Lucia', lastName: 'Ferrante', email: 'lucia.ferrante.oilcan.sample@gmail.com', company: 'Ferrante' },
]

type Name = readonly [first: string, last: string]

export const names: Name[] = [
  ['Kofi', 'Mensah'],
  ['Léa', 'Fontaine'],
  ['Yuki', 'Tanabe'],
  ['Inês', 'Moura'],
  ['Nadia', 'Benali'],
  ['Matteo', 'Ricci'],
  ['Hannah', 'Vogel'],
  ['Ousmane', 'Traoré'],
  ['Freya', 'Lund'],
  ['Gareth', 'Bevan'],
  ['Chloé', 'Lambert'],
  ['Arjun', 'Nair'],
  ['Zofia', 'Pawlak'],
  ['Mehdi', 'Amrani'],
  ['Ruth', 'Adeyemi'],
  ['Bastien', 'Leroux'],
  ['Sinéad', 'Doherty'],
  ['Pablo', 'Iriarte'],
  ['Wei', 'Chen'],
  ['Margaux', 'Perrin'],
  ['Anders', 'Holm'],
  ['Fatou', 'Ndiaye'],
  ['Colin', 'Sharpe'],
  ['Elif', 'Demir'],
  ['Julien', 'Maréchal'],
  ['Beatriz', 'Salgado'],
  ['Thabo', 'Nkosi'],
  ['Ingrid', 'Dahl'],
  ['Vikram', 'Joshi'],
  ['Aurélie', 'Besson'],
  ['Leon', 'Krämer'],
  ['Mariam', 'Saleh'],
  ['Hugh', 'Tennant'],
  ['Clémence', 'Vidal'],
  ['Dmitri', 'Orlov'],
  ['Rosa', 'Delgado'],
  ['Emeka', 'Obi'],
  ['Saoirse', 'Nolan'],
  ['Laurent', 'Picard'],
  ['Mei', 'Tan'],
  ['Karim', 'Bensaid'],
  ['Astrid', 'Nyberg'],
  ['Joana', 'Leal'],
  ['Peter', 'Liberty'],
  ['Manon', 'Gaillard'],
  ['Tariq', 'Hussain'],
  ['Eva', 'Horáková'],
  ['Samuel', 'Okafor'],
  ['Valérie', 'Thibault'],
  ['Niamh', 'Byrne'],
  ['Luca', 'Ferri'],
  ['Shreya', 'Kulkarni'],
]

const companies: [company: string, domain: string][] = [
  ['Norrbro Dairy', 'norrbro.example'],
  ['Ateliers Verchère', 'verchere.example'],
  ['Castlemoor Plastics', 'castlemoor.example'],
  ['Molinari Pasta', 'molinari-pasta.example'],
  ['Brightwater Bottling', 'brightwater.example'],
  ['Fonderie du Lac', 'fonderie-du-lac.example'],
  ['Heidekraft Papier', 'heidekraft.example'],
  ['Tullamore Joinery', 'tullamore-joinery.example'],
  ['Kobori Bearings', 'kobori.example'],
  ['Sucrerie de Thoix', 'sucrerie-thoix.example'],
  ['Pinewood Panels', 'pinewood-panels.example'],
  ['Oliveira Cortiças', 'oliveira.example'],
  ['Lakshmi Textiles', 'lakshmi-textiles.example'],
  ['Verrerie Aubanel', 'aubanel.example'],
  ['Saltmarsh Foods', 'saltmarsh.example'],
  ['Brno Gearworks', 'brno-gearworks.example'],
  ['Cartonnerie Delmas', 'delmas.example'],
  ['Highfell Quarries', 'highfell.example'],
  ['Sahel Ciment', 'sahel-ciment.example'],
  ['Ørsund Pumps', 'orsund.example'],
  ['Mapleton Coatings', 'mapleton.example'],
  ['Teinturerie Morel', 'morel.example'],
  ['Vega Conservas', 'vega-conservas.example'],
  ['Ironbridge Springs', 'ironbridge.example'],
]

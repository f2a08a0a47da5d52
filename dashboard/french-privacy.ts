import { countFrench } from './counting.ts'
import type { englishPrivacy } from './english-privacy.ts'

/** What a person may ask for, and how long what is kept. */
export const frenchPrivacy: typeof englishPrivacy = {
  objection: {
    hint: 'Si cette personne s’oppose au profilage : le lead reste, sans score, quelles que soient les règles.',
    object: 'Ne plus scorer cette personne…',
    how: 'Comment s’y est-elle opposée ?',
    confirm: 'Ne plus scorer',
    done: (name) => `${name} n’a plus de score.`,
    objected: 'Opposition au profilage',
    byPage: 'sur la page d’opposition',
    notScored: 'Sans score',
    why: 'S’est opposé au profilage',
    notScoredWhy: 'Sans score : s’est opposé au profilage',
  },
  consents: {
    title: 'Consentement',
    none: 'Rien n’a été dit, et ce site ne le demande pas.',
    noneRequired: 'Rien n’a été dit : aucune navigation n’est enregistrée.',
    granted: 'Accordé',
    denied: 'Refusé ou retiré',
    browser: (end) => `navigateur …${end}`,
    text: (version) => `texte ${version}`,
    by: (tool) => `par ${tool}`,
    proof: 'Preuve',
  },
  objections: {
    title: 'Oppositions au profilage',
    waiting: 'À confirmer',
    noneWaiting: 'Personne n’attend de réponse.',
    answered: 'Traitées',
    noneAnswered: 'Aucune n’a encore reçu de réponse.',
    asked: 'demandé sur la page d’opposition',
    noted: (note) => `s’est opposé : « ${note} »,`,
    nobody: 'aucun lead n’a cette adresse',
    confirm: 'Confirmer',
    confirmOf: (email) => `Confirmer que ${email} s’oppose`,
    dismiss: 'Écarter',
    dismissOf: (email) => `Écarter l’opposition de ${email}`,
    undoOf: (email) => `Annuler la réponse à ${email}`,
    answers: { confirmed: 'Confirmée', dismissed: 'Écartée' },
    done: {
      confirmed: (email) => `${email} n’a plus de score, ni maintenant ni plus tard.`,
      dismissed: (email) => `L’opposition de ${email} est écartée.`,
    },
    personalOf: (email) => `Données personnelles de ${email}`,
    goes: 'Sont effacés : l’adresse, la demande et la réponse. Rien ne permet d’y revenir, et qui donnera cette adresse plus tard aura un score.',
    erased: 'Effacé.',
    some: (waiting) =>
      waiting > 1000
        ? 'Plus de 1 000 oppositions au profilage à confirmer'
        : `${countFrench(waiting, 'opposition', 'oppositions')} au profilage à confirmer`,
    page: 'Permettre de s’opposer',
    pageHint:
      'Mettez cette page en lien dans votre politique de confidentialité. Qui s’y oppose attend parmi les oppositions qu’un de vous confirme.',
  },
  personal: {
    title: 'Données personnelles',
    copy: 'Si cette personne en demande une copie : tout ce qui est conservé sur elle.',
    json: 'JSON',
    csv: 'CSV',
    erase: 'Effacer cette personne…',
    sure: (name) => `Effacer ${name} définitivement ?`,
    goes: ({ visitors, events, notes, decisions }) =>
      `Sont effacés : nom, adresse et score, ${[
        countFrench(events, 'événement', 'événements'),
        countFrench(visitors, 'navigateur', 'navigateurs'),
        countFrench(notes, 'note', 'notes'),
        countFrench(decisions, 'modification par les utilisateurs', 'modifications par les utilisateurs'),
      ].join(', ')}.`,
    shared: (browsers) =>
      `${countFrench(browsers, 'navigateur a aussi servi', 'navigateurs ont aussi servi')} à d’autres : ce qu’ils y ont fait reste.`,
    never: 'Rien ne permet d’y revenir. Ce que ces navigateurs enverront encore est refusé.',
    eraseNow: 'Effacer définitivement',
  },
  keeping: {
    title: 'Durées de conservation',
    hint: 'En jours. La navigation compte pendant 396 jours : conservée moins longtemps, elle compte moins longtemps.',
    kinds: {
      events: 'Navigation',
      leads: 'Leads, après leur dernière action',
      refused: 'Ce qui a été refusé ou non confirmé, et robots',
      audit: 'Journal d’audit',
    },
    lastRun: 'Les données échues ont été effacées',
    never: 'Rien n’est encore arrivé à échéance.',
    running: 'Les données échues sont en cours d’effacement :',
    deleted: (rows, counted) => `${counted} ${rows < 2 ? 'ligne effacée' : 'lignes effacées'}.`,
    jumped: 'Rien n’est effacé : l’horloge semble avoir sauté',
    jumpedNext:
      'L’horloge du serveur a des jours d’avance sur la dernière fois. S’il était éteint pendant ce temps et que l’heure est juste, l’effacement peut reprendre ; sinon, réglez l’horloge.',
    jumpedWho: 'Un administrateur de tous les sites peut le dire ici.',
    resume: 'L’heure est juste : reprendre',
  },
}

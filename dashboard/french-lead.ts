import type { englishLead } from './english-lead.ts'

export const frenchLead: typeof englishLead = {
  spam: {
    release: 'Libérer',
    releaseOf: (name) => `Libérer ${name}`,
    confirm: 'Confirmer le spam',
    confirmOf: (name) => `Confirmer que ${name} est du spam`,
    mark: 'C’est du spam',
    released: (name) => `${name} est libéré, pour de bon.`,
    confirmed: (name) => `${name} est confirmé comme spam.`,
    quarantined: (spam) => `En quarantaine : spam ${spam} sur 100. Ni classé, ni transmis.`,
    isSpam: 'Confirmé comme spam. Ni classé, ni transmis.',
    isReleased: (spam) => `Ressemble à du spam (${spam} sur 100), mais a été libéré.`,
    nothingToJudge: 'Rien à juger : personne ne ressemble à du spam.',
  },
  curve: {
    title: 'Le score dans le temps',
    date: 'Date',
    now: 'maintenant',
    at: (when, score) => `${when} : score ${score}`,
    jump: (before, after) => `${before} → ${after}`,
    summary: (score, highest, jumps) =>
      `Le score dans le temps : ${score} maintenant, ${highest} au plus, avec ${jumps} ${jumps < 2 ? 'saut décrit' : 'sauts décrits'} plus bas`,
    rules: 'Règles',
    version: (version) => `Selon la version ${version} des règles`,
    liveRules: (version) => `Selon les règles d’aujourd’hui (version ${version})`,
    past: (when) => `Voici le lead tel qu’il était le ${when}.`,
    otherRules: (version) => `Voici le lead selon la version ${version} des règles, qui n’est pas celle en vigueur.`,
    back: 'Revenir à aujourd’hui',
  },
  whereabouts: {
    country: 'd’après l’adresse réseau, qui n’est pas conservée',
    language: 'd’après les réglages du navigateur',
  },
  decisions: {
    title: 'Décidé jusqu’ici',
    verdict: { released: 'Libéré', confirmed: 'Spam' },
    by: (who, when) => `par ${who}, ${when}`,
    undo: 'Annuler',
    undoOf: (what, when) => `Annuler « ${what} » du ${when}`,
    undone: (who, when) => `annulé par ${who}, ${when}`,
    reasons: [
      'Pas de budget',
      'Pas le bon moment',
      'A choisi un concurrent',
      'Pas de besoin',
      'Pas la bonne taille',
      'Pas de réponse',
    ],
  },
}

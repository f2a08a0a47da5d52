import type { englishMap } from './english-map.ts'

const browsers = (amount: number) => (amount === 1 ? 'd’un navigateur' : `de ${amount} navigateurs`)

export const frenchMap: typeof englishMap = {
  browsers: {
    title: 'Ses navigateurs',
    unfounded: 'Rien de ce qui a été fait sous cette adresse ne compte : ses navigateurs sont en quarantaine.',
    none: 'Aucun navigateur n’a donné cette adresse.',
    browser: (id: string) => `Navigateur …${id}`,
    claimed: (how: string, when: string) => `${how}, ${when}`,
    form: (name: string) => `a donné l’adresse dans le formulaire «\u00a0${name}\u00a0»`,
    identify: 'a été identifié par une page du site',
    signed: 'signé par le serveur du site',
    declared: 'déclaré, non prouvé',
    quarantined: {
      visitors: 'en quarantaine : plus de cinq nouveaux navigateurs en une semaine',
      addresses: 'en quarantaine : plus de trois adresses dans ce navigateur en un jour',
    },
    undone: 'rattachement annulé, ne compte pas',
    newest: (amount: number) => `Voici les ${amount} plus récents.`,
    beyond: (amount: number) =>
      amount === 1
        ? 'Un navigateur de trop revendique cette adresse. Ce qu’il a fait ne compte pas.'
        : `${amount} navigateurs de trop revendiquent cette adresse. Ce qu’ils ont fait ne compte pas.`,
    unlinkSince: (when: string) => `Détacher tous ceux rattachés depuis le ${when}`,
    unlink: 'Détacher',
    unlinkOf: (name: string) => `Détacher : ${name}`,
    unlinked: 'Rattachement annulé : il ne compte plus pour ce lead.',
    release: 'Libérer',
    releaseOf: (name: string) => `Libérer : ${name}`,
    released: 'Libéré : ce qu’il a fait compte pour ce lead.',
    edits: 'Ce qui a été changé',
    did: {
      unlink: (amount: number) => `Rattachement annulé ${browsers(amount)}`,
      release: (amount: number) => `Libération ${browsers(amount)}`,
    },
    merge: 'Fusionner un autre lead avec celui-ci',
    mergeWhom: 'Qui est la même personne ?',
    mergeHint: 'Un nom, une entreprise ou une adresse e-mail, trois lettres au moins.',
    mergeThis: 'Fusionner',
    mergeOf: (email: string) => `Fusionner ${email} avec ce lead`,
    merged: (email: string) => `Fusionné avec ${email}`,
    search: 'Chercher',
    nobody: 'Personne d’autre avec une adresse n’a été trouvé.',
  },
  signing: {
    title: 'Identité signée',
    about:
      'Là où l’on se connecte sur votre site, votre serveur peut se porter garant de l’identité. Ce qu’il signe avec ce secret est cru sans limites. Le README du traceur montre comment.',
    told: 'Le nouveau secret, pour le serveur de votre site.',
    madeAt: (when: string) => `Secret créé le ${when}`,
    make: 'Créer un secret',
    exchange: 'Créer le secret suivant',
    full: 'Deux secrets sont en service. Révoquez le plus ancien dès que votre serveur signe avec le nouveau.',
    revoke: 'Révoquer',
    revokeOf: (when: string) => `Révoquer le secret créé le ${when}`,
  },
}

const browsers = (amount: number) => (amount === 1 ? 'one browser' : `${amount} browsers`)

/** Whose history it is, and who vouches for it. */
export const englishMap = {
  browsers: {
    title: 'Its browsers',
    unfounded: 'Nothing that was done under this address counts: its browsers are in quarantine.',
    none: 'No browser has given this address.',
    browser: (id: string) => `Browser …${id}`,
    claimed: (how: string, when: string) => `${how}, ${when}`,
    form: (name: string) => `gave the address in the form “${name}”`,
    identify: 'was identified by a page of the site',
    signed: 'signed by the site’s server',
    declared: 'declared, not proven',
    quarantined: {
      visitors: 'in quarantine: more than five new browsers in a week',
      addresses: 'in quarantine: more than three addresses in this browser in a day',
    },
    undone: 'taken back, does not count',
    newest: (amount: number) => `These are the newest ${amount}.`,
    beyond: (amount: number) =>
      amount === 1
        ? 'One browser more than is believed claims this address. What it did does not count.'
        : `${amount} browsers more than are believed claim this address. What they did does not count.`,
    unlinkSince: (when: string) => `Take back every link since ${when}`,
    unlink: 'Take back',
    unlinkOf: (name: string) => `Take back the link of ${name}`,
    unlinked: 'Taken back: it no longer counts for this lead.',
    release: 'Release',
    releaseOf: (name: string) => `Release ${name}`,
    released: 'Released: what it did counts for this lead.',
    edits: 'What was changed',
    did: {
      unlink: (amount: number) => `Took back ${browsers(amount)}`,
      release: (amount: number) => `Released ${browsers(amount)}`,
    },
    merge: 'Merge another lead into this one',
    mergeWhom: 'Who is the same person?',
    mergeHint: 'A name, company or e-mail address, three letters at least.',
    mergeThis: 'Merge',
    mergeOf: (email: string) => `Merge ${email} into this lead`,
    merged: (email: string) => `Merged with ${email}`,
    search: 'Search',
    nobody: 'Nobody else with an address was found.',
  },
  signing: {
    title: 'Signed identity',
    about:
      'Where people sign in on your site, your server can vouch for who they are. What it signs with this secret is believed without limits. The tracker’s README shows how.',
    told: 'The new secret, for your site’s server.',
    madeAt: (when: string) => `Secret made ${when}`,
    make: 'Make a secret',
    exchange: 'Make the next secret',
    full: 'Two secrets are in use. Revoke the older one once your server signs with the new one.',
    revoke: 'Revoke',
    revokeOf: (when: string) => `Revoke the secret made ${when}`,
  },
}

import type { FitRule, SpamRule } from './rule.ts'

export const FIT_RULES: FitRule[] = [
  {
    id: 'decisionMaker',
    label: { en: 'Decision-maker', fr: 'Décideur' },
    when: {
      trait: 'title',
      contains: [
        ...['ceo', 'cto', 'cfo', 'coo', 'cio', 'cmo', 'chief', 'founder', 'co-founder', 'owner', 'president', 'vp'],
        ...['vice president', 'managing director', 'director', 'head of', 'partner', 'pdg', 'dg', 'dsi', 'daf', 'drh'],
        ...['directeur', 'directrice', 'fondateur', 'fondatrice', 'cofondateur', 'cofondatrice', 'gerant', 'gerante'],
        ...['dirigeant', 'dirigeante', 'presidente', 'associe', 'associee'],
      ],
    },
    points: 15,
  },
  {
    id: 'targetSector',
    label: { en: 'Target sector', fr: 'Secteur visé' },
    when: { trait: 'industry', list: 'sectors' },
    points: 10,
  },
  {
    id: 'targetSize',
    label: { en: 'Target size', fr: 'Taille visée' },
    when: { trait: 'employees', list: 'sizes' },
    points: 10,
  },
  {
    id: 'targetRegion',
    label: { en: 'Target region', fr: 'Région visée' },
    when: { trait: 'country', list: 'regions' },
    points: 5,
  },
  {
    id: 'companyEmail',
    label: { en: 'Company e-mail address', fr: 'Adresse e-mail d’entreprise' },
    when: { trait: 'emailKind', is: ['company'] },
    points: 5,
  },
  {
    id: 'freeEmail',
    label: { en: 'Private e-mail address', fr: 'Adresse e-mail personnelle' },
    when: { trait: 'emailKind', is: ['free'] },
    points: -6,
  },
  {
    id: 'privateIndividual',
    label: { en: 'Private individual', fr: 'Particulier' },
    when: {
      any: ['company', 'industry', 'title'].map((trait) => ({
        trait,
        is: ['particulier', 'private individual', 'private person', 'individual', 'personal', 'aucune', 'aucun'],
      })),
    },
    points: -15,
  },
  {
    id: 'student',
    label: { en: 'Student', fr: 'Étudiant' },
    when: {
      any: [
        { trait: 'emailKind', is: ['school'] },
        {
          trait: 'title',
          contains: ['student', 'etudiant', 'etudiante', 'stagiaire', 'intern', 'alternant', 'alternante'],
        },
      ],
    },
    points: -10,
  },
  {
    id: 'competitor',
    label: { en: 'Competitor', fr: 'Concurrent' },
    when: { trait: 'emailDomain', list: 'competitors' },
    points: -50,
  },
  {
    id: 'optionalFields',
    label: { en: 'Optional fields filled', fr: 'Champs facultatifs remplis' },
    when: { trait: 'optionalFields' },
    points: 2,
    each: 'optionalFields',
    cap: 6,
  },
]

export const SPAM_RULES: SpamRule[] = [
  {
    id: 'noCapital',
    label: { en: 'No capital in name and company', fr: 'Ni nom ni société avec majuscule' },
    points: 15,
  },
  { id: 'keyboardRun', label: { en: 'Letters typed at random', fr: 'Lettres tapées au hasard' }, points: 40 },
  { id: 'disposable', label: { en: 'Disposable address', fr: 'Adresse jetable' }, points: 40 },
  { id: 'linkInName', label: { en: 'A link as a name', fr: 'Un lien dans le nom' }, points: 40 },
  { id: 'hasty', label: { en: 'Filled in under two seconds', fr: 'Rempli en moins de deux secondes' }, points: 40 },
  {
    id: 'trapped',
    label: { en: 'Filled a field that people cannot see', fr: 'A rempli un champ invisible' },
    points: 100,
  },
]

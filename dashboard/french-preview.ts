import { countFrench } from './counting.ts'
import type { englishPreview } from './english-preview.ts'

export const frenchPreview: typeof englishPreview = {
  chart: {
    title: 'Scores et seuils',
    thresholds: 'Seuils',
    hint: 'Tirez un trait, ou placez-y le curseur et pressez les flèches. Les hauteurs suivent la racine carrée.',
    today: 'aujourd’hui',
    next: 'avec ces règles',
    mql: 'Seuil du MQL',
    sql: 'Seuil du SQL',
    score: (stage: string) => `${stage} : à partir du score`,
    fit: (stage: string) => `${stage} : et adéquation d’au moins`,
    above: (score: number, above: number) =>
      `${score} : ${countFrench(above, 'lead à ce score', 'leads à ce score')} ou plus`,
    aboveShort: (above: string) => `${above} à ce score ou plus`,
    shelf: 'Étape',
    difference: 'Écart',
    quarantined: 'En quarantaine',
  },
  preview: {
    title: 'Ce qui changerait',
    computing: 'Calcul en cours…',
    looked: (leads: string) => `Leads et visiteurs examinés : ${leads}.`,
    wrong: 'L’aperçu est celui des règles avant l’erreur.',
    same: 'Ce sont les règles en vigueur : rien ne change.',
    nobody: 'Pas encore de leads : dès la première visite, vous verrez ici ce que ferait un changement.',
    stand: (mqls: string, sqls: string) => `Selon ces règles : ${mqls} MQL, ${sqls} SQL.`,
    said: (mql, sql) =>
      `MQL : ${mql.enterCount} de plus, ${mql.riseCount} passés SQL, ${mql.leaveCount} de moins. ` +
      `SQL : ${sql.enterCount} de plus, ${sql.leaveCount} de moins.`,
    enters: (stage: string, amount: string) => `Deviennent ${stage} : ${amount}`,
    leaves: (stage: string, amount: string) => `Ne sont plus ${stage} : ${amount}`,
    nobodyMoves: 'Personne n’entre en MQL ou SQL, ni n’en sort.',
    more: (amount: string) => `et ${amount} de plus`,
    fromTo: (today: number, next: number) => `score ${today} → ${next}`,
    byStages: 'Même score ; les seuils ont bougé.',
    held: 'par une demande, ou par un score atteint avant et pas encore perdu',
    week: 'SQL par semaine',
    weekOf: (next: string, today: string) =>
      `${next} par semaine avec ces règles, ${today} aujourd’hui (moyenne de 12 semaines)`,
    over: (by: string) => `${by} par semaine de plus que la vente n’en peut prendre.`,
    within: 'La vente peut les prendre.',
    capacity: 'Capacité : SQL par semaine',
    capacityHint: 'Vide : non indiquée.',
    customers: 'Clients connus',
    customersNone:
      'Aucun client n’est encore marqué. Marquez des leads gagnés ou perdus, et les règles pourront y être mesurées.',
    caught: (next: string, today: string, known: string) =>
      `${next} clients sur ${known} auraient été SQL avant l’achat (aujourd’hui ${today}).`,
    earlier: (earlier: string, later: string) => `${earlier} plus tôt, ${later} plus tard qu’aujourd’hui`,
    median: (shift: string) => `médiane : ${shift}`,
    lost: (next: string, today: string, known: string) =>
      `Sur ${known} perdus, ${next} avaient été SQL (aujourd’hui ${today}).`,
    cost: (next: string, today: string) => `Coût : ${next} SQL en tout, ${today} aujourd’hui.`,
    missed: 'manqué',
    caughtNow: 'repéré seulement avec ces règles',
    noLonger: 'plus repéré',
    daysEarlier: (days: string) => `${days} plus tôt`,
    daysLater: (days: string) => `${days} plus tard`,
    asEarly: 'au même moment',
  },
}

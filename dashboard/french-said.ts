/** What the server says of an input that it does not take, in French; `$1` is the text that it quotes. */
const SAID: [english: RegExp, french: string][] = [
  [/^This is not an e-mail address$/, 'Ce n’est pas une adresse e-mail.'],
  [/^There is a user with this address already$/, 'Un utilisateur a déjà cette adresse.'],
  [/^This user is disabled$/, 'Cet utilisateur est désactivé.'],
  [/^The last admin of all sites stays one$/, 'Le dernier administrateur de tous les sites le reste.'],
  [/^You can grant only the sites that you see$/, 'Vous ne pouvez ouvrir que les sites que vous voyez.'],
  [/^There is a site with this key already$/, 'Un site a déjà cette clé.'],
  [/^"(.*)" is not an origin such as (.*)$/, '« $1 » n’est pas une origine comme $2'],
  [
    /^"(.*)": a star can only stand for all subdomains, as in (.*)$/,
    '« $1 » : une étoile ne peut que remplacer tous les sous-domaines, comme dans $2',
  ],
  [/^"(.*)" needs https:\/\/ before it, or http:\/\/$/, '« $1 » doit commencer par https://, ou http://'],
  [/^"(.*)" is not a host such as (.*)$/, '« $1 » n’est pas un hôte comme $2'],
  [/^"(.*)" is not a time zone$/, '« $1 » n’est pas un fuseau horaire.'],
  [/^The password must have at least (.*) characters$/, 'Le mot de passe doit avoir au moins $1 caractères.'],
  [/^Somebody has just merged one of the two$/, 'Quelqu’un vient de fusionner l’un des deux.'],
  [/^The rules have changed: begin the list again$/, 'Les règles ont changé : rechargez la liste.'],
  [/^Version (.*) was published meanwhile$/, 'La version $1 a été publiée entre-temps.'],
  [/^Version (.*) is being published: wait until it is live$/, 'La version $1 est en cours de publication : attendez.'],
  [/^(.*) is signed in here by now: (.*)$/, 'Ici, $1 est connecté à présent : rechargez la page.'],
  [/^Your role lets you read, not (change|export)$/, 'Votre rôle permet de lire seulement.'],
  [/^New sites are made by admins of all sites$/, 'Un administrateur de tous les sites peut ajouter un site.'],
  [/^Two secrets are in use: (.*)$/, 'Deux secrets servent déjà : révoquez d’abord le plus ancien.'],
  [/^Nothing waits to be resumed$/, 'Rien n’attend d’être repris.'],
  [/^This is for admins(.*)$/, 'C’est réservé aux administrateurs.'],
  [
    /^Signing in needs HTTPS, or PUBLIC_URL=http:\/\/…(.*)$/,
    'La connexion exige HTTPS, ou PUBLIC_URL=http://… dans un réseau de confiance.',
  ],
  [/^The database is busy or out of reach(.*)$/, 'La base de données est occupée ou hors d’atteinte : réessayez.'],
  [/^The disk is full(.*)$/, 'Le disque est plein : rien ne peut être modifié tant que la place manque.'],
  [/^The disk cannot be written to$/, 'Le disque refuse l’écriture.'],
  [/^The database is damaged(.*)$/, 'La base de données est endommagée : une sauvegarde doit être restaurée.'],
]

/** What has no French here is at least said to come from the server. */
export function saidInFrench(message: string): string {
  const [english, french] = SAID.find(([english]) => english.test(message)) ?? []
  return english && french ? message.replace(english, french) : `Le serveur répond : ${message}`
}

import type { englishRefused } from './english-refused.ts'

/** In the order of english-refused.ts. */
export const frenchRefused: typeof englishRefused = {
  'unknown site': 'son data-site nomme un site qui n’existe pas',
  'this origin may not post for the site': 'son site web n’est pas parmi les origines permises',
  'excluded host': 'son hôte est exclu',
  'no consent: browsing is not recorded': 'le visiteur n’a pas consenti : la navigation n’est pas enregistrée',
  'no visitorId: without consent only forms are taken':
    'le visiteur n’a pas consenti : seuls les formulaires sont pris',
  bot: 'cela vient d’un robot, ou d’un navigateur piloté par un programme',
  'of somebody who was erased': 'cela vient de quelqu’un qui a été effacé',
  'a proof of identity is forged or expired': 'la preuve d’une identité est fausse ou a expiré',
  'unknown type of event': 'braise(…) a été appelé avec un premier mot qui n’existe pas',
  'choice is neither granted nor denied': 'braise(\'consent\', …) n’a reçu ni "granted" ni "denied"',
  'name is not a text': "braise('track', …) n’a pas reçu de nom",
  'email is not a text': "braise('identify', …) n’a pas reçu d’adresse e-mail",
  'email is not an e-mail address': "braise('identify', …) a reçu autre chose qu’une adresse e-mail",
  'traits is not an object': "braise('identify', …) a reçu des caractéristiques qui ne sont pas un objet",
  'properties is not an object': "braise('track', …) a reçu des propriétés qui ne sont pas un objet",
  'an object has more than 50 entries': 'il a plus de 50 champs ou propriétés',
  'url is not an http address': 'sa page n’est pas sur le web, mais peut-être dans un fichier',
  'a text has a NUL character in it': 'un de ses textes a un caractère qui ne peut être gardé',
  'a text is not valid Unicode': 'un de ses textes n’est pas de l’Unicode valide',
  'only a server may send an event of this name': 'seul un serveur peut envoyer un événement de ce nom',
  'more than 2000 events of one visitor in a day': 'un visiteur a envoyé plus de 2000 événements en un jour',
  'more than 100 events in a batch': 'plus de 100 événements sont venus à la fois',
  'the batch is larger than 64 KiB': 'plus de 64 Kio sont venus à la fois',
  'the body did not arrive': 'la connexion a été coupée avant que tout soit venu',
  'the body is not JSON': 'ce n’est pas du JSON : cela ne vient pas du script',
  'the content type is neither text/plain nor application/json':
    'ce n’est ni text/plain ni application/json : cela ne vient pas du script',
  'more requests from one address than RATE_LIMIT lets in': 'une adresse a envoyé plus que RATE_LIMIT ne permet',
  'more requests for the site than SITE_RATE_LIMIT lets in':
    'il est venu pour le site plus que SITE_RATE_LIMIT ne permet',
}

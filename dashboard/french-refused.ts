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
  'only a server may send an event of this name': 'seul un serveur peut envoyer un événement de ce nom',
  'more requests from one address than RATE_LIMIT lets in': 'une adresse a envoyé plus que RATE_LIMIT ne permet',
  'more requests for the site than SITE_RATE_LIMIT lets in':
    'il est venu pour le site plus que SITE_RATE_LIMIT ne permet',
}

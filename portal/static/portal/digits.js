// Shows the digits of Arabic text as ١٢٣, or as they were. Digits of codes and addresses are not
// changed, because people type and compare them.

const originals = new WeakMap();
const CODES = "bdi, code, pre, kbd, input, textarea, script, [dir=ltr], .code";

export function setDigits(root, isArabic) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (isArabic) toArabic(node);
    else if (originals.has(node)) node.data = originals.get(node);
  }
}

function toArabic(node) {
  if (!/[0-9]/.test(node.data)) return;
  const parent = node.parentElement;
  if (parent.closest("[lang]").lang !== "ar" || parent.closest(CODES)) return;
  originals.set(node, node.data);
  node.data = node.data.replace(/[0-9]/g, (digit) => "٠١٢٣٤٥٦٧٨٩"[digit]);
}

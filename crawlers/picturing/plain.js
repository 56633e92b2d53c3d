// Gives a page whose style sheets were not captured a readable font and width; its own rules win, and all of it stays.
// Says whether style sheets are missing.
(style) => {
  const missing = document.querySelectorAll('link[rel~="stylesheet" i][href]').length;
  let rules = 0;
  for (const sheet of document.styleSheets) {
    try { rules += sheet.cssRules.length; } catch { /* not captured */ }
  }
  const isBare = rules <= 15 && (missing > 0 || rules === 0);
  if (isBare && document.body) {
    const base = document.createElement('style');
    base.textContent = style;
    (document.head ?? document.documentElement).prepend(base);
  }
  return missing > 0;
}

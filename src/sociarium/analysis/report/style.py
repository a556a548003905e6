"""The style of the page: the design's tokens and the few components that a report has."""

STYLE = """
:root { color-scheme: light dark;
 --paper: light-dark(#fdfdfc, #131617); --sheet: light-dark(#f4f5f3, #1a1e1f); --well: light-dark(#ebedea, #23282a);
 --ink: light-dark(#191d1c, #e7eae8); --ink-2: light-dark(#49514f, #b0b8b5); --ink-3: light-dark(#626b68, #929b98);
 --rule: light-dark(#dfe2df, #2b3132); --edge: light-dark(#868e8b, #6d7674); --accent: light-dark(#0b6a62, #5cc9ba);
 --done: light-dark(#4c938a, #3f8f85); --warn: light-dark(#855600, #e3b154);
 --r1: light-dark(#2456a4, #8db4f5); --r2: light-dark(#a24600, #f0a365); --r3: light-dark(#7a3b97, #d3a2ea);
 --r4: light-dark(#5b6400, #c2cb5e); --r5: light-dark(#3f4745, #c3cac7);
 --h1: light-dark(#ebedea, #23282a); --h2: light-dark(#bcd4cf, #1e4641); --h3: light-dark(#86b5ad, #1f5f58);
 --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif;
 --serif: "Iowan Old Style", Charter, "Source Serif 4", "Palatino Linotype", "Noto Serif", Georgia, serif;
 --mono: ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "DejaVu Sans Mono", monospace; }
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 400 .875rem/1.5 var(--sans);
 font-variant-numeric: tabular-nums lining-nums; overflow-wrap: anywhere; }
h1, h2, h3, p, ul, dl, dd, figure, blockquote { margin: 0; padding: 0; }
ul { padding-inline-start: 1.1rem; } p + p, p + ul, ul + p { margin-top: .5rem; }
a { color: var(--accent); text-underline-offset: .18em; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 2rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; font-weight: 620; letter-spacing: -.017em; text-wrap: balance; }
h2 { font-size: 1rem; font-weight: 640; } h3 { font-size: .875rem; font-weight: 640; margin: 1.5rem 0 .5rem; }
.lede { font-size: 1.1875rem; line-height: 1.45; max-width: 58ch; margin-top: .5rem; color: var(--ink-2);
  text-wrap: pretty; }
.lede strong { color: var(--ink); font-weight: 620; }
.meta, .aside { color: var(--ink-3); font-size: .8125rem; } .nb { white-space: nowrap; }
.section-text, .part > p, .part > ul { max-width: 76ch; }
.part { margin-top: 3rem; }
.part > header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between;
  gap: .25rem 1.5rem;
 border-top: 1px solid var(--ink); padding-top: .5rem; margin-bottom: .75rem; }
.alert { border-inline-start: 3px solid var(--warn); padding: .25rem .75rem; margin-top: 1rem; max-width: 76ch; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; list-style: none; padding: 0; margin-top: 1rem; }
nav a { display: inline-block; min-height: 24px; }
.facts { display: flex; flex-wrap: wrap; gap: 1rem 0; margin-top: 1.5rem; border-block: 1px solid var(--rule);
  padding-block: .75rem; }
.facts > div { flex: 1 1 8.5rem; padding-inline: 1rem; border-inline-start: 1px solid var(--rule); }
.facts > div:first-child { padding-inline-start: 0; border: 0; }
.facts dt { color: var(--ink-3); font-size: .8125rem; }
.facts dd { font-size: 1.375rem; font-weight: 500; line-height: 1.3; }
.scroll { overflow-x: auto; margin-top: .75rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; color: var(--ink-3); font-size: .8125rem; padding-bottom: .5rem; }
caption span { display: inline-block; max-width: min(76ch, calc(100vw - 2rem));
  position: sticky; inset-inline-start: 0; }
th, td { padding: .42rem 1rem .42rem 0; text-align: start; vertical-align: top;
  border-bottom: 1px solid var(--rule); min-width: 4rem; }
thead th { color: var(--ink-3); font-weight: 500; font-size: .8125rem; vertical-align: bottom; white-space: nowrap; }
tbody th { font-weight: 500; min-width: 11rem; }
.scroll + p { margin-top: .75rem; } .num { text-align: end; white-space: nowrap; }
code { font-family: var(--mono); font-size: .92em; }
figure { margin-top: 1.25rem; } figcaption { color: var(--ink-2); font-size: .8125rem; max-width: 76ch;
  margin-top: .5rem; }
svg { display: block; max-width: none; }
details { margin-top: .75rem; } summary { cursor: pointer; min-height: 24px; color: var(--ink-2); list-style: none; }
summary::before { content: "+"; display: inline-block; width: 1em; font-family: var(--mono); color: var(--ink-3); }
[open] > summary::before { content: "−"; }
.voice { font-family: var(--serif); font-size: 1.0625rem; line-height: 1.6; max-width: 68ch; white-space: pre-wrap;
  unicode-bidi: plaintext; }
.turn { padding: .75rem 0; border-bottom: 1px solid var(--rule); }
.clip { max-height: 22rem; overflow: auto; }
@media (max-width: 860px) { main { padding: 1rem 1rem 3rem; } .facts > div { flex-basis: 40%; border: 0;
  padding-inline: 0; } }
@media print { details > * { display: block; } .scroll, .clip { overflow: visible; max-height: none; } }
"""

/** The colours of the project's pages, light and dark. Outcome colours differ in lightness and stay apart for the colour-blind; a glyph says the same. */
export const COLOURS = `:root{color-scheme:light dark;--ground:#f5f5f2;--card:#fff;--ink:#1a1d23;--muted:#5b626d;--line:#dfe0dc;--soft:#f0f0ec;--link:#1f5fa8;
--attached:#2b6cb0;--failed:#a8320b;--grant-required:#cf9a16;--preflight:#7a5bbd;--pending:#8d949f;--unsent:#c3c7cd}
@media (prefers-color-scheme:dark){:root{--ground:#121418;--card:#1a1d23;--ink:#e8eaee;--muted:#a0a7b3;--line:#31363f;--soft:#22262d;--link:#7db4f0;
--attached:#5b9fe3;--failed:#e8622c;--grant-required:#f2cf63;--preflight:#a98ce2;--pending:#7c8491;--unsent:#4b525d}}
`

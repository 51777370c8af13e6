/** The look of every page: system fonts, one column, light and dark. */
export const style = `
:root { color-scheme: light dark; --ground: #eef0f3; --card: #fff; --text: #1c1e21; --faint: #65676b; --line: #dadde1; --accent: #0b63ce; --accent-text: #fff; }
@media (prefers-color-scheme: dark) { :root { --ground: #16181b; --card: #23262a; --text: #e6e8eb; --faint: #a3a8ae; --line: #3a3e44; --accent: #6aa9ff; --accent-text: #0d1b2e; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: baseline; padding: .7rem 1rem; background: var(--card); border-bottom: 1px solid var(--line); }
header a { font-weight: 700; color: var(--accent); text-decoration: none; }
header span, .faint, .faint a { color: var(--faint); font-size: .875rem; }
.faint a { text-decoration: none; }
.faint a:hover { text-decoration: underline; }
main { max-width: 40rem; margin: 0 auto; padding: 1rem 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
a { color: var(--accent); overflow-wrap: anywhere; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1rem; margin: 0 0 1rem; }
.who { display: flex; gap: .75rem; align-items: center; }
.who > div { min-width: 0; }
.who img { width: 40px; height: 40px; border-radius: 50%; flex: none; }
.who.large img { width: 72px; height: 72px; }
.name { font-weight: 600; color: inherit; text-decoration: none; }
.words { margin: .75rem 0 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.link { display: block; margin: .75rem 0 0; padding: .6rem .75rem; border: 1px solid var(--line); border-radius: 8px; text-decoration: none; }
.photos { display: grid; grid-template-columns: repeat(2, 1fr); gap: 4px; margin: .75rem -1rem -1rem; border-radius: 0 0 10px 10px; overflow: hidden; }
.photos img { display: block; width: 100%; height: 100%; aspect-ratio: 1; object-fit: cover; background: var(--line); }
.photos.one { grid-template-columns: 1fr; }
.photos.one img { aspect-ratio: auto; max-height: 32rem; object-fit: contain; }
.photos.odd > :first-child { grid-column: 1 / -1; }
.photos.odd > :first-child img { aspect-ratio: 2; }
.film { margin: .75rem -1rem 0; }
video { display: block; width: 100%; max-height: 32rem; background: #000; }
.comments { list-style: none; margin: .75rem 0 0; padding: .6rem 0 0; border-top: 1px solid var(--line); font-size: .9rem; overflow-wrap: anywhere; }
.card > h2:first-child { margin-top: 0; }
.stories { display: flex; gap: .75rem; overflow-x: auto; }
.stories figure { margin: 0; flex: 0 0 9rem; }
.stories img, .stories video { display: block; width: 9rem; height: 16rem; object-fit: cover; border-radius: 8px; background: var(--line); }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr)); gap: .75rem; align-items: start; }
.tile { margin: 0; overflow: hidden; }
.tile .words { margin-top: .35rem; }
.swipe { display: flex; overflow-x: auto; scroll-snap-type: x mandatory; margin: -1rem -1rem .5rem; }
.stories .swipe { margin: 0; }
.swipe > * { flex: 0 0 100%; scroll-snap-align: start; }
.swipe img, .swipe video { display: block; width: 100%; aspect-ratio: 1; object-fit: cover; background: var(--line); }
.alone .swipe img, .alone .swipe video { aspect-ratio: auto; object-fit: contain; max-height: 40rem; }
.stories .swipe img, .stories .swipe video { aspect-ratio: 9 / 16; height: 16rem; }
.list { list-style: none; margin: 0; padding: .25rem 1rem; }
.list li { padding: .6rem 0; border-top: 1px solid var(--line); }
.list li:first-child { border-top: 0; }
.empty { text-align: center; color: var(--faint); padding: 2.5rem 1rem; }
form h2 { margin-top: 1.25rem; }
form input + h2 { margin-top: 0; }
form label { display: flex; gap: .6rem; align-items: flex-start; padding: .45rem 0; cursor: pointer; }
form input[type=checkbox], form input[type=radio] { margin: .28rem 0 0; width: 1.1rem; height: 1.1rem; accent-color: var(--accent); flex: none; }
form label small { display: block; color: var(--faint); }
.buttons { display: flex; gap: .6rem; justify-content: flex-end; margin-top: 1rem; }
button { font: inherit; font-weight: 600; padding: .55rem 1.2rem; border-radius: 8px; border: 1px solid var(--line); background: var(--card); color: var(--text); cursor: pointer; }
button.first { background: var(--accent); border-color: var(--accent); color: var(--accent-text); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.gone { display: none; margin: 0; padding: .5rem 1rem; background: #b3261e; color: #fff; }
.away .gone { display: block; }
`;

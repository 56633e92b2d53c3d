"""A real Chromium that opens pages of the desk with hostile words on them, and notes whatever comes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request
from playwright.sync_api import Error as PageError
from sqlalchemy import select

from models.people import Person
from models.store import Store
from review.access import COOKIE
from review.sessions import begin
from tests.review.hostile_world import Look

SENTINEL = """
window.__fired = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) {
  const own = window[name];
  window[name] = (...said) => { window.__fired.push(name); return own.apply(window, said); };
}
"""

# What no page of the desk has, wherever it came from: every hit is an element or attribute born of text.
BORN = """() => {
  const found = [], own = location.origin;
  const forbidden = new Set(['iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'base', 'style', 'math',
    'video', 'audio', 'marquee', 'bgsound', 'layer', 'isindex', 'keygen', 'template', 'noscript', 'plaintext', 'xmp']);
  const acting = new Set(['style', 'srcdoc', 'background', 'formaction', 'ping', 'dynsrc', 'lowsrc']);
  for (const one of document.querySelectorAll('*')) {
    const tag = one.localName;
    if (forbidden.has(tag) || one instanceof HTMLUnknownElement || tag.includes('-')) found.push(tag);
    if (tag === 'script' && !(one.src.startsWith(own + '/static/') && !one.textContent)) found.push('script');
    if (tag === 'link' && !one.href.startsWith(own + '/static/')) found.push('link');
    if (tag === 'img' && !/^\\/(pictures|static)\\//.test(one.getAttribute('src'))) found.push('img');
    if (tag === 'meta' && (one.httpEquiv || !['', 'viewport', 'color-scheme', 'robots'].includes(one.name)))
      found.push('meta');
    if (one instanceof SVGElement && !one.closest('svg.shape, svg.sprite, svg')?.matches('[aria-hidden], [role=img]'))
      found.push('svg');
    if (tag === 'form' && new URL(one.action).origin !== own) found.push('form');
    if (['a', 'area'].includes(tag) && one.href && !['http:', 'https:', 'mailto:'].includes(one.protocol))
      found.push('link to ' + one.protocol);
    for (const { name, value } of one.attributes) {
      if (name.startsWith('on') || acting.has(name))
        found.push(tag + ' with ' + name);
      if (/^\\s*(javascript|vbscript|data):/i.test(value) && ['href', 'src', 'action', 'xlink:href'].includes(name))
        found.push(tag + ' to ' + value.slice(0, 20));
      if (/[^\\w:.-]/.test(name)) found.push(tag + ' with the attribute ' + name);
    }
  }
  return found;
}"""

# All that the page says, in its text, its fields and its names of things.
SAID = """() => [document.documentElement.textContent, ...[...document.querySelectorAll('*')].flatMap((one) =>
  [one.value, ...[...one.attributes].map((each) => each.value)].filter((said) => typeof said === 'string')),
].join(' ')"""


@dataclass
class Watch:
    """One browser with a page for each person; what happened on any of them is counted here."""

    browser: Browser
    store: Store
    address: str
    locale: str = "uk-UA"
    pages: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    troubles: list[str] = field(default_factory=list)
    _open: dict[str, Page] = field(default_factory=dict)
    _where: str = ""

    def open(self, look: Look) -> str:
        """Open a page as whom it is shown to; all that it says, without blanks."""
        page = self.page_of(look.login)
        self._where = f"{look.login or 'nobody'} {look.path}"[:160]
        answer = page.goto(self.address + look.path, wait_until="load")
        self.pages += 1
        if answer is None or answer.status >= 500:
            self._note("error", "no answer" if answer is None else str(answer.status))
        return self.inspect(page)

    def inspect(self, page: Page) -> str:
        """What *page* says as it stands, after whatever was born or fired on it is noted."""
        try:
            return self._inspected(page)
        except PageError as error:  # it went elsewhere while we looked
            self._note("left", str(error))
            return ""

    def _inspected(self, page: Page) -> str:
        for name in page.evaluate("window.__fired.splice(0)"):
            self._note("fired", name)
        for name in page.evaluate(BORN):
            self._note("born", name)
        if urlsplit(page.url).netloc != urlsplit(self.address).netloc:
            self._note("left", page.url)
        return squeezed(page.evaluate(SAID))

    def page_of(self, login: str) -> Page:
        """The page of one person, who is signed in at the first asking."""
        if login not in self._open:
            context = self.browser.new_context(locale=self.locale)
            context.add_init_script(SENTINEL)
            if login:
                with self.store.writing() as db:
                    token = begin(db, db.scalars(select(Person.id).where(Person.login == login)).one())
                context.add_cookies([{"name": COOKIE, "value": token, "url": f"{self.address}/"}])
            page = context.new_page()
            page.on("dialog", self._on_dialog)
            page.on("request", self._on_request)
            page.on("console", self._on_console)
            page.on("popup", lambda popup: self._note("popup", popup.url))
            page.on("pageerror", lambda error: self._note("page error", str(error)))
            self._open[login] = page
        return self._open[login]

    def forget(self, kept: Sequence[str] = ("assessor", "second", "chief", "official", "")) -> None:
        """Close the pages of people who are not met again."""
        for login in [one for one in self._open if one not in kept]:
            self._open.pop(login).context.close()

    def _on_dialog(self, dialog: Dialog) -> None:
        self._note("dialog", dialog.message)
        dialog.dismiss()

    def _on_request(self, request: Request) -> None:
        asked = urlsplit(request.url)
        if asked.netloc != urlsplit(self.address).netloc:
            self._note("foreign request", request.url)

    def _on_console(self, said: ConsoleMessage) -> None:
        self.counts["stopped by the policy" if "Content Security Policy" in said.text else "console"] += 1

    def _note(self, what: str, said: str) -> None:
        self.counts[what] += 1
        self.troubles.append(f"{what}: {said[:100]} on {self._where}")


@contextmanager
def watching(browser: Browser, store: Store, address: str, locale: str = "uk-UA") -> Iterator[Watch]:
    """A watch whose pages are closed at the end of the block."""
    watch = Watch(browser, store, address, locale)
    try:
        yield watch
    finally:
        watch.forget(())


def squeezed(words: str) -> str:
    """*words* without blanks: pages fold and break lines as they like."""
    return "".join(words.split())

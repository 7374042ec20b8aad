"""Pages that are served in the place of an article, and articles that look like them.

Each kind is a mapping of names to pages. None of the pages holds the story of the tests, so that
with its entry as the anchor only the feed can give it.
"""

from __future__ import annotations

import json

from tests.articles.golden import furniture as f

_TEASER = '<article><h2><a href="{href}">{title}</a></h2><p>{excerpt}</p></article>'
_CARD = (
    '<div class="c"><div><img src="/{n}.jpg"></div><div class="t"><a href="{href}">{title}'
    '</a></div><div class="m">{excerpt}</div></div>'
)
_ROW = '<tr><td>{n}</td><td><a href="{href}">{title}</a></td><td>5/{n}/2025</td></tr>'
_LINE = '<li><a href="{href}">{title}</a></li>'
_PARAGRAPHS = (
    (
        "The keeper of the old lighthouse climbed the stairs for the last time on a foggy day in "
        "November, carrying a thermos, a radio and the logbook that his father had begun in 1951."
    ),
    (
        "Nobody had told the gulls. They sat on the railing as every day and waited for the "
        "crusts that he used to throw to them after the weather report at half past seven."
    ),
    (
        "Below, in the harbour office, two engineers from the capital watched a green light on a "
        "screen. From now on the lamp would be switched on and off from there, six hours away."
    ),
    (
        "By noon the fog had lifted and the ferry came in, twenty minutes late. The captain blew "
        "the horn three times, which is against the rules, and all on the quay took off their hats."
    ),
    (
        "The logbook went to the museum in the customs house, where children turn the leaves "
        "with gloves that are too large for them and look for the day on which they were born."
    ),
)
_MENU = f"<header><nav><ul>{f.links()}</ul></nav></header>"
_FOOTER = f"<footer><ul>{f.links(f.LEGAL)}</ul><p>{f.COPYRIGHT}</p></footer>"


def _page(title: str, body: str, head: str = "", lang: str = "en") -> str:
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
        f"{head}{f.SCRIPTS}</head><body>{_MENU}<main>{body}</main>{_FOOTER}</body></html>"
    )


def _paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def _linked(**fields: object) -> str:
    article = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "The Last Keeper Leaves the Light",
        "datePublished": "2025-05-04T06:00:00Z",
        **fields,
    }
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


def _shell(mount: str, noscript: str = "", head: str = "") -> str:
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>Volt Reader</title>{head}'
        f"{f.SCRIPTS}</head><body>{noscript}{mount}<script src='/main.js'></script></body></html>"
    )


_NOSCRIPT = "<noscript>You need to enable JavaScript to run this app.</noscript>"
_ARTICLE_BODY = "\n\n".join(_PARAGRAPHS)

SHELLS = {
    "react": _shell('<div id="root"></div>', _NOSCRIPT),
    "vue with a spinner": _shell('<div id="app"><div class="spin"></div></div>'),
    "angular": _shell("<app-root></app-root>"),
    "only a notice": _shell(
        "<div class='c'>Loading…</div>", "<noscript><p>Bitte JavaScript aktivieren.</p></noscript>"
    ),
    "with its menus": _shell(f'{_MENU}<div id="__next"></div>{_FOOTER}', _NOSCRIPT),
}
SHELL_WITH_BODY = _shell('<div id="root"></div>', _NOSCRIPT, _linked(articleBody=_ARTICLE_BODY))

_WALL = "<div class='gate'><h3>{}</h3><p>{}</p><a href='/join'>{}</a></div>"
PAYWALLS = {
    "stated and said": _page(
        "The Last Keeper Leaves the Light | The Ledger",
        f"<article><h1>The Last Keeper Leaves the Light</h1>{_paragraphs(*_PARAGRAPHS[:2])}"
        + _WALL.format("Subscribe to continue reading", "First month for 1 euro.", "Subscribe")
        + "</article>",
        _linked(isAccessibleForFree=False),
    ),
    "only stated": _page(
        "The Last Keeper Leaves the Light | The Ledger",
        f"<article><h1>The Last Keeper Leaves the Light</h1>{_paragraphs(_PARAGRAPHS[0])}"
        "</article>",
        _linked(isAccessibleForFree="False"),
    ),
    "only said": _page(
        "The Last Keeper Leaves the Light",
        f"<h1>The Last Keeper Leaves the Light</h1>{_paragraphs(_PARAGRAPHS[0])}"
        "<div><p>This article is for subscribers only.</p></div>",
    ),
    "German": _page(
        "Der letzte Wärter geht | Küstenblatt",
        "<article><h1>Der letzte Wärter geht</h1><p>An einem nebligen Morgen im November stieg der "
        "Wärter zum letzten Mal die Treppe hinauf, mit einer Kanne Tee, einem Radio und dem Buch, "
        "das sein Vater begonnen hatte.</p>"
        + _WALL.format("Jetzt mit K+ weiterlesen", "Vier Wochen gratis.", "Zum Angebot")
        + "</article>",
        lang="de",
    ),
    "French": _page(
        "Le dernier gardien quitte le phare",
        "<article><h1>Le dernier gardien quitte le phare</h1><p>Par un matin de brouillard, le "
        "gardien a monté l'escalier pour la dernière fois, avec un thermos, une radio et le "
        "registre que son père avait ouvert en 1951.</p>"
        + _WALL.format("Article réservé aux abonnés", "Il vous reste 80 % à lire.", "S'abonner")
        + "</article>",
        lang="fr",
    ),
}

_PURPOSES = (
    "Store and access information on a device: cookies, device identifiers or similar.",
    "Use limited data and cookies to select advertising that fits your interests.",
    "Measure the performance of content with your consent, for us and our partners.",
    "Develop and improve services with data that you have given your consent to.",
)
CONSENTS = {
    "before you continue": "<!doctype html><html lang=en><title>Before you continue</title><body>"
    f"<div><h1>Before you continue</h1><p>{f.COOKIES}</p><p>If you choose to accept all, we will "
    "also use cookies and data to develop new services and to measure advertisements.</p><p>If you "
    "choose to reject all, we will not use cookies for these additional purposes.</p>"
    "<form><button>Reject all</button><button>Accept all</button></form>"
    "<a href=/privacy>Privacy</a> <a href=/terms>Terms</a></div></body></html>",
    "purposes": f"<!doctype html><html lang=en><title>Your privacy choices</title><body><h2>We "
    f"value your privacy</h2><p>{f.COOKIES}</p><ul><li>{'<li>'.join(_PURPOSES)}</ul>"
    "<button>Agree</button><button>Manage settings</button></body></html>",
    "German": "<!doctype html><html lang=de><title>Küstenblatt mit Werbung lesen</title><body>"
    "<h1>Wie möchten Sie uns lesen?</h1><p>Mit Werbung: Lesen Sie wie gewohnt und stimmen Sie der "
    "Verwendung von Cookies durch uns und unsere Partner zu. Die Einwilligung können Sie im "
    "Datenschutz jederzeit widerrufen.</p><p>Mit Abo: Ohne Cookies für Werbung, ab 1,99 Euro im "
    "Monat, und Ihre Einwilligung brauchen wir dafür nicht.</p><button>Akzeptieren</button></body>",
    "Japanese": "<!doctype html><html lang=ja><title>クッキーの設定</title><body>"
    "<h1>続ける前に</h1>"
    "<p>当サイトでは利便性の向上と広告の配信のためにクッキーを使用しています。閲覧を続けるには同意"
    "が必要です。</p><p>個人情報の取り扱いについては、下のリンクからいつでも設定を変更できます。同意"
    "しない場合は必要なものだけを使用します。</p><button>同意する</button></body>",
    "age": "<!doctype html><html lang=en><title>Welcome</title><body><h1>Are you of "
    "legal drinking age?</h1><p>You must be at least 18 years old to enter this site, or over the "
    "age of 21 where the law says so.</p><button>Yes</button><button>No</button></body>",
}

_POPULAR = f"<section><h3>Popular right now</h3><ul>{f.teasers(_LINE, 0, 6)}</ul></section>"
MISSING = {
    "English": _page(
        "Page not found | The Ledger",
        "<h1>Oops! That page can't be found.</h1><p>It looks like nothing was found at this "
        f"location. Maybe try one of the links below or a search?</p>{_POPULAR}",
    ),
    "a number": _page("404", "<h1>404</h1><p>Something went wrong here, we are very sorry.</p>"),
    "removed": _page(
        "The Ledger",
        "<h2>Sorry, this article is no longer available.</h2><p>It may have been moved or taken "
        f"down by the author. Please go back to the front page and start again.</p>{_POPULAR}",
    ),
    "German": _page(
        "Seite nicht gefunden - Küstenblatt",
        "<h1>Seite nicht gefunden</h1><p>Leider konnten wir die gewünschte Seite nicht finden. "
        "Vielleicht hilft Ihnen die Suche weiter.</p>",
        lang="de",
    ),
    "French": _page(
        "Page introuvable",
        "<h1>Page introuvable</h1><p>La page que vous cherchez a été déplacée.</p>",
        lang="fr",
    ),
    "Spanish": _page(
        "Página no encontrada",
        "<h1>Error 404</h1><p>Lo sentimos, la página que busca ya no está aquí.</p>",
        lang="es",
    ),
    "Russian": _page(
        "Страница не найдена",
        "<h1>Страница не найдена</h1><p>Возможно, она была удалена или перемещена.</p>",
        lang="ru",
    ),
    "Chinese": _page(
        "页面不存在", "<h1>抱歉，您访问的页面不存在</h1><p>请检查网址或返回首页。</p>", lang="zh"
    ),
    "Japanese": _page(
        "エラー",
        "<h1>お探しのページは見つかりませんでした</h1><p>削除された可能性があります。</p>",
        lang="ja",
    ),
    "Arabic": _page(
        "خطأ", "<h1>الصفحة المطلوبة غير موجودة</h1><p>ربما حذفت أو نقلت.</p>", lang="ar"
    ),
}

LISTINGS = {
    "front page": _page(
        "The Ledger: news from the coast",
        "".join(
            f"<section><h3>{topic}</h3>{f.teasers(_TEASER, n, 4)}</section>"
            for n, topic in enumerate(f.TOPICS[:5])
        ),
    ),
    "category": _page(
        "Markets Archives - Gears and Grain",
        f"<h1>Category: Markets</h1><div class='posts'>{f.teasers(_CARD, 0, 10)}</div>"
        "<nav class='pagination'><a href='/2'>2</a> <a href='/3'>3</a></nav>",
    ),
    "table": _page(
        "Index of stories", f"<h1>All stories</h1><table>{f.teasers(_ROW, 0, 16)}</table>"
    ),
    "search": _page(
        "Search results for ferry",
        f"<h1>Results for: ferry</h1><ol>{f.teasers(_LINE, 0, 12)}</ol><p>Page 1 of 9</p>",
    ),
}

_ERRORS = (
    (
        "Ask ten visitors what annoys them most, and seven will name a page that is not there. The "
        "number on it, 404, has become a word of its own, printed on shirts and coffee mugs."
    ),
    (
        "A server that cannot find what was asked for should say so with that number. Many do not: "
        "they send a friendly page with status 200, and every machine believes that all is well."
    ),
)
ARTICLES = {
    "about errors": _page(
        "Page not found: a short history of error 404",
        "<article><h1>Page Not Found: A Short History of Error 404</h1>"
        f"{_paragraphs(*_ERRORS, *_PARAGRAPHS, *_ERRORS[::-1])}</article>",
    ),
    "about cookies": _page(
        "How cookies work",
        "<h1>How Cookies Work</h1>"
        + _paragraphs(
            *(f"Cookies are small notes that a site leaves behind. {text}" for text in _PARAGRAPHS),
            *(f"{text} Nobody asked for a cookie, or for consent." for text in _ERRORS),
            *(f"{text} That is what a cookie does." for text in (*_PARAGRAPHS, *_ERRORS)),
            *(f"In the end a cookie remembers. {text}" for text in (*_PARAGRAPHS, *_ERRORS)),
        ),
    ),
    "short news": _page(
        "Lighthouse keeper retires | The Ledger",
        f"<article><h1>Lighthouse keeper retires</h1>{_paragraphs(*_PARAGRAPHS[:2])}</article>"
        f"<aside><h3>More stories</h3><ul>{f.teasers(_LINE, 0, 8)}</ul></aside>",
        '<meta property="article:published_time" content="2025-05-04T06:00:00Z">',
    ),
    "short news with a banner": _page(
        "Lighthouse keeper retires | The Ledger",
        f"<div class='cookie-banner' role='dialog'><p>{f.COOKIES}</p><button>OK</button></div>"
        f"<article><h1>Lighthouse keeper retires</h1>{_paragraphs(*_PARAGRAPHS[:2])}</article>",
    ),
    "whole behind a mark": _page(
        "The Last Keeper Leaves the Light | The Ledger",
        "<article><h1>The Last Keeper Leaves the Light</h1>"
        f"{_paragraphs(*_PARAGRAPHS, *_ERRORS, *_PARAGRAPHS)}</article>"
        "<p>Already a subscriber?</p>",
        _linked(isAccessibleForFree=False),
    ),
    "with a notice for scripts": _page(
        "Lighthouse keeper retires",
        f"{_NOSCRIPT}<h1>Lighthouse keeper retires</h1>{_paragraphs(*_PARAGRAPHS[:3])}",
    ),
    "cut by links": _page(
        "The Last Keeper Leaves the Light",
        "<h1>The Last Keeper Leaves the Light</h1>"
        + "".join(
            f"{_paragraphs(*_PARAGRAPHS[n : n + 3])}<p><a href='/s/{n}'>Read: {teaser}</a></p>"
            for n, (teaser, _) in enumerate(f.TEASERS[:3])
        )
        + f"<ul>{f.teasers(_LINE, 0, 8)}</ul>",
    ),
}

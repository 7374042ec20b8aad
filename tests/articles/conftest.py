"""A story of our own, and the pages of many kinds of sites that show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

import pytest

from aggregator.model import Entry

HEADLINE = "Harbour Town's Night Ferry Sails Again After Eleven Years"
LEAD = (
    "Shortly before midnight on Saturday the ferry Marigold left the old quay of Lowen with two "
    "hundred and twelve passengers, nine bicycles and a brass band on board. It was the first "
    "crossing at night since the line was given up, and for the small town on the estuary it was "
    "more than a matter of timetables."
)
SECTIONS = (
    (
        "Why Did the Line Close?",
        (
            "The old boat needed a new engine, and nobody wanted to pay for it. When the bridge "
            "upriver opened, the county counted the cars that still took the ferry and found "
            "fewer than forty a day. The last captain tied up the ship one evening in March and "
            "handed the keys to the harbour master, who kept them in a drawer."
        ),
    ),
    (
        "Marigold: Hull, Engine, and Crew",
        (
            "The new ship is not new at all. She was built for a lake in the mountains, cut into "
            "four pieces and carried down by road. Two electric motors drive her, and the "
            "batteries are charged at the quay in the forty minutes between two crossings. Seven "
            "people work on board, three of them had never been on the water before."
        ),
    ),
    (
        "Quarrels Over the Landing Stage",
        (
            "Not everyone is glad. The anglers lost the place where they had sat for decades, and "
            "the owner of the nearest house complains about the lamps. The council has promised "
            "to dim them after one o'clock and to build a new jetty for the anglers, although the "
            "money for it has to be found first."
        ),
    ),
    (
        "What Comes After the First Summer",
        (
            "Until October the ferry sails on Fridays and Saturdays. If the boat is half full on "
            "average, the county will pay for the winter as well. The band, at any rate, has been "
            "booked until September, and the baker at the quay has ordered a second oven because "
            "people who arrive at one in the morning turn out to be hungry."
        ),
    ),
)


@dataclass(frozen=True)
class Story:
    """The parts that every rendering of the story must give back."""

    headline: str = HEADLINE
    lead: str = LEAD
    sections: tuple[tuple[str, str], ...] = field(default=SECTIONS)

    @property
    def plain(self) -> str:
        """The story as a text file, with the label above it and the word below it."""
        lines = ["2 Minutes", self.headline, self.lead]
        for heading, text in self.sections:
            lines += [heading, text]
        return "\n".join([*lines, "", "Comments"])

    def html(self, heading: str = "<h2>{}</h2>", text: str = "<p>{}</p>") -> str:
        """Lead and sections as HTML, each part in the given markup."""
        parts = [text.format(escape(self.lead))]
        for title, body in self.sections:
            parts += [heading.format(escape(title)), text.format(escape(body))]
        return "\n".join(parts)


Page = Callable[[Story], str]


def _head(story: Story, extra: str = "") -> str:
    title = escape(story.headline)
    return (
        f"<!doctype html><html lang='en-GB'><head><meta charset=utf-8><title>{title} - The Lowen "
        f"Courier</title><meta property='og:title' content='{title}'>{extra}"
        "<script>var tracking = '<p>never shown</p>';</script><style>p { color: red }</style>"
        "</head>"
    )


_NAV = (
    "<ul><li><a href='/'>Home</a></li><li><a href='/sea'>Sea</a></li>"
    "<li><a href='/t'>Town</a></li></ul>"
)
_TEASER = "Another story that has nothing to do with it at all, told in one long teaser sentence."
_COOKIES = (
    "<div class='cookie-banner' role='dialog'><p>We use cookies and similar techniques to make "
    "this site work for you, and for partners who show advertisements.</p>"
    "<button>Accept</button></div>"
)
_COMMENT = (
    "I crossed on the very first night and the band played until we landed, what a trip it was!"
)


def news_site(story: Story) -> str:
    """A newspaper: semantic tags, label, share bar, related box, newsletter, comments."""
    return f"""{_head(story)}<body>{_COOKIES}<header><nav>{_NAV}</nav></header><main><article>
    <span class="label">2 Minutes</span><h1>{escape(story.headline)}</h1>
    <p class="byline">By Ann Lee, Harbour Reporter</p>
    <time datetime="2024-06-09T06:30:00+01:00">June 9</time>
    <div class="share-bar"><a href="https://x.example">Tweet</a>
    <a href="https://f.example">Share</a></div>
    {story.html()}
    <aside class="related"><h3>Related stories</h3><p>{_TEASER}</p><ul><li><a href="/a">A</a>
    </li></ul></aside>
    <div class="newsletter-signup"><h3>Our newsletter</h3>
    <p>Every morning the best of the estuary in
    your mail box, free of charge and without any advertisements.</p><form><input></form></div>
    <section class="comments" id="comments"><h3>Comments</h3><p>{_COMMENT}</p></section>
    </article></main><footer><p>Copyright The Lowen Courier, all rights reserved,
    printed at the quay.</p>
    </footer></body></html>"""


def blog(story: Story) -> str:
    """A blog as WordPress makes them: entry classes, sidebar, author box, empty comments."""
    return f"""{_head(story)}<body class="single comments-open"><div id="page" class="hfeed site">
    <div id="content"><div id="primary">
    <article class="post type-post tag-ferry category-sea hentry">
    <header class="entry-header"><h1 class="entry-title">{escape(story.headline)}</h1>
    <div class="entry-meta"><span class="posted-on">9 June 2024</span>
    <span class="byline">Ann Lee</span>
    <span class="reading-time">2 min read</span></div></header>
    <div class="entry-content">{story.html("<h3>{}</h3>")}</div>
    <div class="author-box"><p>Ann Lee has written about ships, rivers and harbours for
    more than twenty years and lives on a boat.</p></div></article>
    <div id="comments" class="comments-area"><h2 class="comments-title">Comments</h2>
    <form id="commentform"><p>Your email address will not be published.</p></form></div></div>
    <aside id="secondary" class="widget-area"><h2>Recent posts</h2>{_NAV}<p>{_TEASER}</p></aside>
    </div></div></body></html>"""


def div_soup(story: Story) -> str:
    """Nothing but divs without meaning; headings by ARIA; everything below a form."""
    text = story.html('<div role="heading" aria-level="2">{}</div>', '<div class="x7">{}</div>')
    return f"""{_head(story)}<body><form action="/"><div><div class="x1">{_NAV}</div>
    <div class="x2">
    <div class="x3"><h1>{escape(story.headline)}</h1><div>2 Minutes</div></div>
    <div class="x4">{text}</div>
    <div class="x5">Comments</div></div></div></form></body></html>"""


def table_layout(story: Story) -> str:
    """A page of the nineties: tables in tables, bold lines for headings, fonts."""
    text = story.html("<p><font size=4><b>{}</b></font></p>", "<p><font face=Arial>{}</font></p>")
    return f"""{_head(story)}<body><table width="100%"><tr><td colspan=2><b>The Lowen Courier</b>
    </td></tr>
    <tr><td width=150>{_NAV}</td><td><table><tr><td><h1>{escape(story.headline)}</h1></td></tr>
    <tr><td>
    2 Minutes</td></tr><tr><td>{text}</td></tr></table></td></tr></table></body></html>"""


def line_breaks(story: Story) -> str:
    """Paragraphs and bold headings parted by line breaks only."""
    text = story.html("<b>{}</b><br><br>", "{}<br /><br />")
    return f"""{_head(story)}<body><div id=nav>{_NAV}</div><div id=main>
    <h1>{escape(story.headline)}</h1>
    2 Minutes<br><br>{text}</div></body></html>"""


def unclosed(story: Story) -> str:
    """Tags that are never closed, among them a button before the text, and an early end."""
    text = story.html("<h2>{}", "<p>{}")
    return f"""{_head(story)}<body><div><ul><li><a href=/>Home<li><a href=/sea>Sea</ul></body>
    </html>
    <div><h1>{escape(story.headline)}</h1><button class=menu><i>Menu</i>
    <div>2 Minutes</div>{text}"""


PAGES: tuple[Page, ...] = (news_site, blog, div_soup, table_layout, line_breaks, unclosed)


@pytest.fixture
def story() -> Story:
    """The story all pages show."""
    return Story()


@pytest.fixture(params=PAGES, ids=lambda page: page.__name__)
def page(request: pytest.FixtureRequest, story: Story) -> str:
    """The story on each kind of page in turn."""
    return str(request.param(story))


@pytest.fixture
def news_page(story: Story) -> str:
    """The story as a newspaper shows it."""
    return news_site(story)


@pytest.fixture
def make_entry() -> Callable[..., Entry]:
    """A way to make entries of which only the fields at issue are given."""
    return _entry


def _entry(**fields: object) -> Entry:
    return Entry(key="0" * 32, content_hash="1" * 32, **fields)  # type: ignore[arg-type]

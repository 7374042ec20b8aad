"""What stands around an article on a page: menus, teasers, forms, comments, legal lines, scripts.

Every page of the golden test is built from these texts, each in the markup of its own kind of site.
"""

from __future__ import annotations

TOPICS = (
    *("World", "Markets", "Science", "Climate", "Culture", "Sport", "Opinion", "Travel"),
    *("Food", "Health", "Puzzles", "Podcasts", "Video", "Archive"),
)
LEGAL = (
    *("About us", "Contact", "Imprint", "Terms of use", "Privacy notice", "Cookie settings"),
    *("Advertise with us", "Careers", "Accessibility", "Corrections", "RSS", "Site map"),
)
NETWORKS = ("Facebook", "LinkedIn", "WhatsApp", "Reddit", "Telegram", "E-mail", "Copy link")
TEASERS = (
    (
        "Beekeepers Count Their Losses After a Wet April",
        "Three in ten colonies did not survive the spring, and the associations ask for help.",
    ),
    (
        "The Library That Lends Telescopes",
        "Two hundred households wait for a clear night, a case with wheels and a star map.",
    ),
    (
        "Tram Line Seven Gets Its Old Colours Back",
        "Green and cream carriages return to the hill after thirty years of grey paint.",
    ),
    (
        "Why Bakers Fear the Price of Hazelnuts",
        "A frost in one valley decides what a slice of cake costs four countries away.",
    ),
    (
        "Chess Club Beats the Champions With Teenagers",
        "Nobody on the winning team is older than sixteen, and two learned it last winter.",
    ),
    (
        "An Island Without a Doctor Looks for Two",
        "The council offers a house, a boat and every second month off the rock.",
    ),
    (
        "How a Village Cinema Survived the Flood",
        "Volunteers carried nine hundred reels up the stairs before the water came.",
    ),
    (
        "Orchestra Rehearses in an Empty Swimming Pool",
        "The acoustics are odd, the conductor says, but the rent cannot be beaten.",
    ),
)
COMMENTERS = ("harbour_fox", "Tilda M.", "old_reader_52", "Pip")
COMMENTS = (
    "I read this twice on the way to work and still wonder who checked the second figure.",
    "Great piece, thank you! My neighbour has been saying the same thing for years now.",
    "Sorry, but that is only half of the truth, as everybody in the trade will tell you.",
    "Can anybody recommend a good book on the subject for a complete beginner?",
)
COOKIES = (
    "We and our 214 partners store and access information on a device, such as unique "
    "identifiers in cookies, to process personal data. You may accept or manage your choices."
)
NEWSLETTER = (
    "Get the five stories that matter in your inbox every morning before seven. No spam, and "
    "you can unsubscribe at any time with one click."
)
AUTHOR = (
    "Mara Quill has covered industry and cities since 2011. Before that she repaired bicycles "
    "and taught evening classes in statistics. She lives with two cats and no car."
)
COPYRIGHT = "© 2025 Example Media Group. All rights reserved. Reproduction only with permission."
ADVERTISEMENT = "This space keeps the site free of charge: book your advertisement here."

SCRIPTS = """
<script>window.dataLayer = window.dataLayer || []; function track(a) { dataLayer.push(a); }
track({page: "article", html: "<p>Template text inside of a script is never shown.</p>"});</script>
<script async src="https://cdn.example.net/tags.js"></script>
<style>.wrap { max-width: 72rem } .teaser > p { color: #444 } @media print { nav { display: none } }
.button::after { content: "Read more" }</style>
"""


_LINK = '<li><a href="{href}">{text}</a></li>'


def links(names: tuple[str, ...] = TOPICS, item: str = _LINK) -> str:
    """Each of `names` as a link in the markup `item`, one a line."""
    return "\n".join(
        item.format(href=f"/{name.lower().replace(' ', '-')}", text=name) for name in names
    )


def teasers(item: str, first: int = 0, count: int = 4) -> str:
    """`count` teasers in the markup `item`, which names {title}, {excerpt}, {href} and {n}."""
    chosen = [(n % len(TEASERS)) for n in range(first, first + count)]
    return "\n".join(
        item.format(title=TEASERS[n][0], excerpt=TEASERS[n][1], href=f"/story/{n}", n=n)
        for n in chosen
    )


def comments(item: str) -> str:
    """All comments in the markup `item`, which names {who}, {text} and {n}."""
    pairs = enumerate(zip(COMMENTERS, COMMENTS, strict=True))
    return "\n".join(item.format(who=who, text=text, n=n) for n, (who, text) in pairs)

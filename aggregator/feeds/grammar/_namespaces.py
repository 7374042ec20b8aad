"""Handlers of the elements that feedparser throws away or takes for something else.

They are methods of its parsers, by its rules: `_start_` and `_end_`, its prefix of the namespace,
the name in lower case. What they keep stands in the dictionary of the entry or feed under names
that begin with ``our_``, as feedparser's would only for an element of such a name: plain lists,
dictionaries and texts.

Of feedparser's own answers they change only what is wrong: a picture's caption, a podcast's summary
and an author of the feed that this one was copied from never take the place of the entry's own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feedparser.mixin import _FeedParserMixin as FeedParserMixin

from aggregator.feeds._fields import Fields

MORE_NAMESPACES: dict[str, str] = {
    "http://creativecommons.org/ns#": "cc",
    "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
    "https://podcastindex.org/namespace/1.0": "podcast",
    "http://podlove.org/simple-chapters/": "psc",
    "http://purl.org/net/rss1.1#": "",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://webfeeds.org/rss/1.0": "webfeeds",
    "http://www.pheedo.com/namespace/pheedo": "pheedo",
    "https://search.yahoo.com/mrss/": "media",
    "https://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
}
"""Namespaces that feedparser does not know, or not by this name, and the prefix that stands for
each in the names of handlers."""

# Of one entry: in 106 real feeds none had more than 30 of a kind.
_MAX_REPEATS = 1000

# Elements that may be repeated or have both attributes and text, of which feedparser keeps the last
# or a part; those of `psc`, `georss` and `gml` make it raise where they are not as they should be.
_KEPT = """cc_license day gml_lowercorner gml_pos gml_poslist georss_box georss_circle georss_line
    georss_point georss_polygon hour media_subtitle podcast_chapters podcast_episode podcast_funding
    podcast_image podcast_images podcast_license podcast_location podcast_person podcast_season
    podcast_socialinteract podcast_trailer podcast_transcript psc_chapter thr_in-reply-to"""


def _keeping(name: str) -> tuple[Callable[..., None], Callable[..., None]]:
    """The two handlers that keep each element `name` with its attributes, text and base."""
    key = f"our_{name}"

    def start(self: MoreNamespaces, attributes: Fields) -> None:
        self._keep(key, attributes)
        self.push(key, 0)

    def end(self: MoreNamespaces) -> None:
        text = self.pop(key)
        kept = self._get_context().get(key)
        if text and kept:
            kept[-1].setdefault("our_text", text)

    return start, end


class MoreNamespaces(FeedParserMixin):  # type: ignore[misc] # feedparser has no types
    """Handlers for both parsers; to stand first among their bases."""

    # Of feedparser's own attributes those whose types cannot be told from their uses.
    baseuri: str
    contentparams: Any
    decls: dict[str, Any]
    depth: int
    lang: str | None

    _our_group: Fields | None = None  # the open media:group
    _our_file: Fields | None = None  # the open media:content or podcast:alternateEnclosure

    def _keep(self, key: str, attributes: Fields) -> Fields:
        """A copy of `attributes`, put into the list `key` of the entry or feed that is open."""
        kept = dict(attributes)
        if self.baseuri:
            kept["our_base"] = self.baseuri
        repeats = self._get_context().setdefault(key, [])
        if len(repeats) < _MAX_REPEATS:
            repeats.append(kept)
        return kept

    def _start_item(self, attributes: Fields, /) -> None:
        super()._start_item(attributes)
        self._our_group = self._our_file = None
        if self.baseuri:
            self.entries[-1]["our_base"] = self.baseuri

    def _start_entry(self, attributes: Fields, /) -> None:
        self._start_item(attributes)

    # A live broadcast is an item of another name, and has what items have.
    def _start_podcast_liveitem(self, attributes: Fields) -> None:
        self._start_item(attributes)

    def _end_podcast_liveitem(self) -> None:
        self._end_item()

    def _sync_author_detail(self, key: str = "author") -> None:
        """Leave a person's text whole: feedparser's search for the mail address cuts names."""
        context = self._get_context()
        text, people = context.get(key), context.get(f"{key}s")
        # While the author is still open the text is the one of the author before.
        if text and people and not people[-1] and not self.inauthor:
            people[-1]["name"] = text

    # Files: Media RSS, podcast:alternateEnclosure

    def _start_media_group(self, _attributes: Fields) -> None:
        self._our_group = {}

    def _end_media_group(self) -> None:
        self._our_group = None

    def _start_media_content(self, attributes: Fields) -> None:
        super()._start_media_content(attributes)
        self._our_file = self._keep("our_media", attributes)
        if self._our_group is not None:
            self._our_file["our_group"] = self._our_group

    def _end_media_content(self) -> None:
        self._our_file = None

    def _start_podcast_alternateenclosure(self, attributes: Fields) -> None:
        self._our_file = self._keep("our_alternates", attributes)

    def _end_podcast_alternateenclosure(self) -> None:
        self._our_file = None

    def _start_podcast_source(self, attributes: Fields) -> None:
        if self._our_file is not None:
            self._our_file.setdefault("uri", attributes.get("uri"))

    def _start_media_title(self, attributes: Fields) -> None:
        self.push_content("our_media_title", attributes, "text/plain", 1)

    def _end_media_title(self) -> None:
        self._name_file("our_title", self.pop_content("our_media_title"))

    def _start_media_description(self, attributes: Fields) -> None:
        self.push_content("our_media_description", attributes, "text/plain", 1)

    def _end_media_description(self) -> None:
        self._name_file("our_caption", self.pop_content("our_media_description"))

    def _name_file(self, field: str, text: object) -> None:
        """Write `text` to the file or group that is open; else it is the entry's."""
        owner = self._our_group if self._our_file is None else self._our_file
        if owner is not None and text:
            owner.setdefault(field, text)

    # Podcasts: the words of iTunes beside those of RSS, and pictures

    def _start_itunes_summary(self, attributes: Fields) -> None:
        self.push_content("our_itunes_summary", attributes, "text/plain", 1)

    def _end_itunes_summary(self) -> None:
        self.pop_content("our_itunes_summary")

    def _start_itunes_subtitle(self, attributes: Fields) -> None:
        self.push_content("our_itunes_subtitle", attributes, "text/plain", 1)

    def _end_itunes_subtitle(self) -> None:
        self.pop_content("our_itunes_subtitle")

    def _end_itunes_explicit(self) -> None:
        self.pop("itunes_explicit")  # as it is written; feedparser knows "yes" and "clean" only

    def _start_itunes_image(self, attributes: Fields) -> None:
        self._keep("our_covers", attributes)
        context = self._get_context()
        picture = context.get("image")
        super()._start_itunes_image(attributes)
        if picture:  # RSS's own, whose place it takes otherwise
            context["image"] = picture

    def _start_image(self, attributes: Fields) -> None:
        if self.inentry:
            self._keep("our_pictures", attributes)
        super()._start_image(attributes)

    def _start_title(self, attributes: Fields) -> None:
        if self.inimage and self.inentry:
            self.push("our_alternative", 0)
        else:
            super()._start_title(attributes)

    def _end_title(self) -> None:
        if self.elementstack and self.elementstack[-1][0] == "our_alternative":
            self.pop("our_alternative")
        else:
            super()._end_title()

    def _end_image(self) -> None:
        text = self.pop("image")
        self.inimage = 0
        self._complete_picture(text)

    def _end_url(self) -> None:
        is_picture = self.inimage and self.inentry
        pieces = self.elementstack[-1][2] if is_picture and self.elementstack else []
        text = "".join(piece for piece in pieces if isinstance(piece, str))
        super()._end_url()
        self._complete_picture(text)

    def _complete_picture(self, text: str | None) -> None:
        pictures = self.entries[-1].get("our_pictures") if self.inentry else None
        if text and pictures:
            pictures[-1].setdefault("url", text.strip())


def _add_handlers(names: str) -> None:
    for name in names.split():
        start, end = _keeping(name)
        setattr(MoreNamespaces, f"_start_{name}", start)
        setattr(MoreNamespaces, f"_end_{name}", end)


_add_handlers(_KEPT)

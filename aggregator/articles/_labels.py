"""The words that sites print around an article, in a dozen languages, and what they mean.

All patterns are matched against whole short lines, so that a sentence about comments, minutes or
newsletters stays. Each is linear: no repeated group holds another repetition of the same letters.
"""

from __future__ import annotations

import re
import unicodedata

from aggregator.text import MARKS, collapse_whitespace, count_words, fold

_MAX_LABEL_CHARS = 60
"""The longest line that can be a label; longer ones are sentences."""

_MINUTE = (
    r"(?:min|mins|minute|minutes|minuten|minuto|minutos|minuti|minuut|minuter|minutter|minut"
    r"|minuty|minuts|minuuttia|perc|dakika|dk|menit|minit|phút|минута|минуты|минут|мин|хвилина"
    r"|хвилини|хвилин|хв|λεπτά|λεπτό|دقيقة|دقائق|دقیقه|דקות|मिनट|মিনিট|মিনিটে|นาที|分钟|分鐘|分|분)\.?"
)
_READ = (
    r"(?:reading time|read time|time to read|estimated reading time|read|reading|to read"
    r"|lesezeit|lesedauer|temps de lecture|de lecture|lecture|tiempo de lectura|de lectura"
    r"|tempo di lettura|di lettura|tempo de leitura|de leitura|temps de lectura|leestijd|lezen"
    r"|lästid|læsetid|lesetid|lukuaika|czas czytania|czytania|doba čtení|čtení|olvasás"
    r"|olvasási idő|timp de citire|de citit|okuma süresi|okuma|waktu baca|baca|membaca"
    r"|thời gian đọc|đọc|время чтения|чтения|на чтение|час читання|читання|на читання"
    r"|χρόνος ανάγνωσης|ανάγνωση|ανάγνωσης|阅读时间|预计阅读时间|阅读需要?|阅读|读完|閱讀時間|閱讀"
    r"|この記事は|で読めます|で読める|読了時間|읽는 시간|읽기|وقت القراءة|مدة القراءة|قراءة|للقراءة"
    r"|زمان مطالعه|مطالعه|זמן קריאה|קריאה|पढ़ने का समय|(?:में )?पढ़ें|পড়ার সময়|পড়ুন"
    r"|(?:ใช้)?เวลา(?:ใน)?(?:การ)?อ่าน|อ่าน)"
)
_READING = re.compile(_READ, re.IGNORECASE)
_MINUTES = re.compile(
    rf"\W*(?:{_READ}\W*)?(?:about|approx\.?|ca\.?|circa|ungefähr|około|ประมาณ|約|约)?\W*"
    rf"(?P<count>\d{{1,3}})\s?[-‑–]?\s?{_MINUTE}\W*(?:{_READ})?\W*",
    re.IGNORECASE,
)
_MINUTES_INSIDE = re.compile(
    rf"(?:(?P<a>\b\d{{1,3}})[ -]?{_MINUTE} ?(?:de |of |di )?{_READ}"
    rf"|\b{_READ} ?: ?(?P<b>\d{{1,3}}) ?{_MINUTE})(?!\w)",
    re.IGNORECASE,
)

_COMMENTS = re.compile(
    r"\W*(?:\d+\s|no\s|all\s|view\s|show\s|post\sa\s|add\sa\s|leave\sa\s)?"
    r"(?:(?:reader\s|user\s|recent\s)?comments?|repl(?:y|ies)|responses"
    r"|discussion(?: about this post)?"
    r"|kommentare?|kommentieren|commentaires?|comentarios?|comentários?|commenti|reacties|reactions"
    r"|komentarze|yorumlar|комментарии|评论|評論|留言|コメント|댓글|تعليقات|תגובות)"
    r"(?:\s(?:section|feed|closed|off))?(?:\s?[(\[]?\d*[)\]]?)\W*",
    re.IGNORECASE,
)
_COMMENT_MARK = re.compile(
    r"(?:log|sign) ?in to (?:comment|reply|post)|be the first to|your e?-?mail address will not"
    r"|required fields are marked|no comments yet|comments are closed|\bsays:|^reply$|save my name"
    r"|\b(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|schreef|skrev|написал):$",
    re.IGNORECASE | re.MULTILINE,
)
_MORE = re.compile(
    r"\W*(?:read (?:the )?(?:full (?:article|story|post)|more|on|next|also)|continue reading"
    r"|see also|more(?: from| on| in| stories| news)?|related(?: (?:articles?|stories|posts?"
    r"|content|news|topics|links|reading|coverage))?"
    r"|you (?:may|might) (?:also )?(?:like|enjoy|be interested in)"
    r"|recommended(?: (?:for you|stories|reading))?|up next|trending(?: now)?|most (?:read|popular)"
    r"|latest (?:news|stories|posts)|popular posts|don't miss|also read|weiterlesen"
    r"|mehr(?: zum thema)?|lesen sie auch|lire (?:la suite|aussi)"
    r"|à lire aussi|leer más|lee también|leggi anche"
    r"|leia (?:mais|também)|lees (?:meer|ook)|читать далее|читайте также"
    r"|相关阅读|相关文章|関連記事|続きを読む)"
    r"(?!\w)",
    re.IGNORECASE,
)
_ACTION = re.compile(
    r"\W*(?:share(?: (?:this(?: (?:article|story|post|page))?|on \w{1,12}|via \w{1,12}|it|link))?"
    r"|print(?:er)?(?:[ -]friendly)?(?: version| this (?:page|article|story))?|tweet|pin(?: it)?"
    r"|e-?mail(?: this(?: (?:article|story|page|post))?)?|facebook|twitter|x|linkedin|whatsapp"
    r"|reddit|telegram|pinterest|copy link|link copied!?|save|bookmark"
    r"|listen(?: to (?:this )?article)?"
    r"|follow us(?: on \w{1,12})?|subscribe(?: now)?|sign up|sign in|log in|newsletter"
    r"|advertisements?|sponsored(?: content)?|ad|anzeige|werbung|publicité|publicidad|pubblicità"
    r"|реклама|广告"
    r"|teilen|partager|compartir|condividi|compartilhar|delen|поделиться|分享|シェア"
    r"|skip (?:to (?:main )?content|advertisement)|back to top|table of contents|contents|loading)"
    r"[\W\d]*",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?i:by|written by|posted by|words by|von|par|por|di|door|av|af|автор|作者)(?:\s?:|(?!\w))\s?"
    r"(?:[^\W\d_a-zа-я]|@)[^!?\n]{1,60}"
)
_DATELINE = re.compile(
    r"(?:(?:published|updated|posted|last (?:updated|modified)|date|on|veröffentlicht|stand|publié"
    r"|publicado|pubblicato|gepubliceerd)\W{1,3}(?:on |le |el |il |am )?)?"
    r"(?:\w{3,9}\.?,? )?(?:\d{1,2}(?:st|nd|rd|th|\.)? (?:de )?\w{3,10}\.?,? (?:de )?\d{4}"
    r"|\w{3,10}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?"
    r"|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})\W{0,3}(?:(?:at |um |à |kl )?\d{1,2}[:.h]\d{2}.{0,20})?",
    re.IGNORECASE,
)
_TRUNCATED = re.compile(
    r"(?:…|\.\.\.|\[(?:…|\.\.\.|&hellip;|more)\]|\((?:more|continued|read more|mehr)…?\)"
    r"|read more|continue reading|keep reading|read the (?:full|rest)|full (?:story|article)"
    r"|weiterlesen|lire la suite|leer más|читать далее|続きを読む|阅读全文)"
    r"[^.!?。]{0,80}$",
    re.IGNORECASE,
)
_SOURCE_NOTE = re.compile(
    r"\b(?:the post|the article|this (?:post|article|story)|l'article|der beitrag|la entrada)\b"
    r".{0,300}\b(?:appeared first on|first appeared on|originally appeared|est apparu en premier"
    r"|erschien zuerst|aparece primero|se publicó primero).{0,120}$",
    re.IGNORECASE,
)
_NAME = re.compile(rf"[\w{MARKS}]+")
_MAX_BESIDE_NAMES = 3
"""What stands beside the names of a byline: "By", "and", "Staff Writer"."""

_MAX_BESIDE_IDEOGRAPHS = 5
"""The same where words are not parted, blanks and signs counted."""

_SENTENCE_ENDS = (".", "!", "?", "。", "।", "؟")
_PARTING = re.compile(r"[|·•]")
_MAX_NOTE_CHARS = 500
_MAX_MORE_CHARS = 200
_MAX_SLACK = 100
"""Lines that differ more in length, white space included, are not compared at all."""


def find_minutes(line: str) -> int | None:
    """The read time that `line` states and does nothing else; None for any other line.

    >>> find_minutes("2 Minutes"), find_minutes("Lesezeit: 3 Min."), find_minutes("2 minutes later")
    (2, 3, None)
    """
    match = _match(_MINUTES, line)
    return (int(match["count"]) or None) if match else None


def find_minutes_inside(line: str) -> int | None:
    """The read time in a short line of several facts ("Ann Lee · May 5 · 5 min read").

    Minutes alone are one only beside a byline or a date: a recipe says how long it cooks.
    """
    if len(line) > 2 * _MAX_LABEL_CHARS:
        return None
    text = _composed(line)
    if match := _MINUTES_INSIDE.search(text):
        return int(match["a"] or match["b"]) or None
    facts = _PARTING.split(text)
    has_credit = any(map(is_credit_line, facts))
    stated = (find_minutes(fact) for fact in facts if has_credit or _READING.search(fact))
    return next(filter(None, stated), None)


def is_comments_label(line: str) -> bool:
    """Whether `line` only announces comments.

    >>> is_comments_label("3 Comments"), is_comments_label("Comments from the jury")
    (True, False)
    """
    return _match(_COMMENTS, line) is not None


def has_comment_marks(text: str) -> bool:
    """Whether `text` holds words of a comment form or list ("Log in to reply", "Ann says:")."""
    return _COMMENT_MARK.search(text) is not None


def is_more_label(line: str) -> bool:
    """Whether `line` announces or names other articles.

    >>> [is_more_label(line) for line in ("Related stories", "Read more: Rain", "More rain")]
    [True, True, False]
    """
    if len(line) > _MAX_MORE_CHARS:
        return False
    match = _MORE.match(collapse_whitespace(line))
    if match is None:
        return False
    rest = match.string[match.end() :].lstrip(" ")
    return not rest.strip(" :>»…→.") or rest[0] in ":：>»→"


def is_action_label(line: str) -> bool:
    """Whether `line` is the text of buttons or of an advertisement ("Share | Print")."""
    if len(line) > 2 * _MAX_LABEL_CHARS:
        return False
    return all(_match(_ACTION, part) is not None for part in _PARTING.split(line))


def is_credit_line(line: str) -> bool:
    """Whether `line` is only a byline or a date, as printed below a headline."""
    return bool(_match(_BYLINE, line) or _match(_DATELINE, line))


def is_byline(line: str, byline: str | None) -> bool:
    """Whether `line` is the `byline`, with a date or few more words ("Staff Writer") at most.

    >>> is_byline("Ann Lee, Staff Writer · May 5, 2025", "Ann Lee"), is_byline("Ann", "Ann Lee")
    (True, False)
    """
    if not byline or len(line) > len(byline) + _MAX_LABEL_CHARS or line.endswith(_SENTENCE_ENDS):
        return False
    facts = _PARTING.split(line)
    said = [fact for fact in facts if not (_match(_DATELINE, fact) or find_minutes(fact))]
    name, text = fold(byline), fold(" ".join(said))
    if count_words(name)[1]:  # no blanks tell such names from the words beside them
        return name in text and len(text) <= len(name) + _MAX_BESIDE_IDEOGRAPHS
    names, words = set(_NAME.findall(name)), _NAME.findall(text)
    others = sum(word not in names for word in words)
    return bool(names) and names.issubset(words) and others <= _MAX_BESIDE_NAMES


def is_cut_off(text: str) -> bool:
    """Whether `text` ends as a teaser does: "…", "[...]", "Read more", "(more)"."""
    return _TRUNCATED.search(text[-200:].rstrip()) is not None


def without_source_note(text: str) -> str:
    """`text` in one line, without a note such as "The post X appeared first on Y." at its end.

    >>> without_source_note("It rained. The post Rain appeared first on Weather.")
    'It rained.'
    """
    line = collapse_whitespace(text)
    note = _SOURCE_NOTE.search(line, max(0, len(line) - _MAX_NOTE_CHARS))
    return line[: note.start()].rstrip() if note else line


def is_same_line(one: str | None, other: str | None) -> bool:
    """Whether both say the same, whatever their case, white space and closing punctuation."""
    if not one or not other or abs(len(one) - len(other)) > _MAX_SLACK:
        return False
    return _bare(one) == _bare(other)


def _bare(line: str) -> str:
    return fold(line).strip(" .:!?…\"'“”«»")


def _composed(line: str) -> str:
    """`line` with each letter and its accents in the form in which the patterns above have them."""
    return collapse_whitespace(line if line.isascii() else unicodedata.normalize("NFC", line))


def _match(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    if len(line) > 2 * _MAX_LABEL_CHARS:
        return None
    text = _composed(line)
    return pattern.fullmatch(text) if len(text) <= _MAX_LABEL_CHARS else None

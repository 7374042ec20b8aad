"""A page's tree and the walk over it -> the `Evidence` by which its kind is decided.

Phrases are looked for in short lines only, and only where little text was kept: a page that shows
a long article is one, whatever it says besides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from lxml.html import HtmlElement

from aggregator.articles._kind import (
    WORDS_OF_CONSENT,
    WORDS_OF_NOTICE,
    WORDS_OF_SHELL,
    WORDS_OF_STUB,
    Evidence,
)
from aggregator.articles._walk import TextBlock, Walk
from aggregator.text import IDEOGRAPHS, fold

_MAX_LINE_CHARS = 160
"""Longer lines are sentences of an article, not notices of a page."""

_MIN_RUN_CHARS = 60
"""Shorter lines are labels."""

_MIN_TEASER_CHARS = 25
"""A link in a line of its own with so many characters is a headline, a shorter one is a menu."""

_MAX_SENTENCES_CHARS = 500
_MAX_FED_WORDS = 300
_MAX_COMPARED_CHARS = 50_000
_MAX_BLOCKS = 5_000
_MAX_LINES = 300
_MAX_ELEMENTS = 3_000
_MAX_MOUNTS = 20
_MAX_TEXTS, _MAX_NOTICE_CHARS = 50, 1_500

_MISSING = re.compile(
    r"(?:^|error|http|fehler|erreur|ошибка|hata|エラー|错误)\W{0,3}4(?:04|10)\b"
    r"|\bnot found$|\b(?:page|article|story|post|content|site|link|url)\b.{0,50}"
    r"(?:\bnot found|n[o'’]t be found|n[o'’]t exist|not exist|no longer (?:exists?|available)"
    r"|been (?:removed|deleted|moved)|\bunavailable|not available)"
    r"|n[o'’]t find (?:the|that|this|your) (?:page|article|story)|^nothing (?:was )?found"
    r"|(?:seite|artikel|beitrag|inhalt)\b.{0,30}(?:nicht (?:gefunden|vorhanden|verfügbar|mehr)"
    r"|existiert nicht)"
    r"|(?:page|article|contenu)\b.{0,20}(?:introuvable|inexistante?|n['’]existe (?:pas|plus))"
    r"|(?:página|artículo|artigo|conteúdo|contenido)\b.{0,30}(?:no encontrad|não encontrad"
    r"|no existe|não existe|no disponible|não está disponível)"
    r"|no (?:hemos encontrado|encontramos) (?:la|esta) página|pagina non (?:trovata|esiste)"
    r"|pagina.{0,20}niet (?:gevonden|bestaat)|sidan.{0,20}(?:hittades inte|finns inte)"
    r"|siden.{0,20}(?:ikke fundet|ikke funnet|findes ikke|finnes ikke)|sivua ei löyd"
    r"|nie znaleziono|strona nie istnieje|stránka nebyla nalezena|sayfa bulunamadı"
    r"|halaman tidak ditemukan|không tìm thấy trang"
    r"|страниц\w.{0,20}не (?:найден|существует)|сторінк\w.{0,20}не знайден"
    r"|页面(?:不存在|未找到|找不到)|找不到(?:页面|网页|頁面|網頁|您)|頁面不存在|文章(?:不存在|已删除)"
    r"|ページ.{0,12}(?:見つかりません|存在しません)|페이지를 찾을 수 없|존재하지 않는 페이지"
    r"|الصفحة.{0,20}(?:غير موجودة|لم نعثر)|لم يتم العثور على|הדף.{0,20}לא (?:נמצא|קיים)"
    r"|(?:पृष्ठ|पेज).{0,12}नहीं मिल|ไม่พบหน้า",
    re.IGNORECASE,
)
_SUBSCRIBE = re.compile(
    r"(?:subscribe|sign (?:in|up)|log in|register|join|create (?:a|your) (?:free )?account"
    r"|become an? (?:member|subscriber))\b.{0,40}\bto (?:continue|keep|finish|read|unlock|view)\b"
    r"|to (?:continue|keep) reading.{0,60}(?:subscri|sign|log in|register|account|member|trial)"
    r"|(?:article|content|story|post)\b.{0,20}\b(?:is|are)\b.{0,20}(?:for|available to|reserved)"
    r".{0,20}(?:subscribers|members)"
    r"|for (?:paid |paying )?subscribers only|subscriber[- ]only|you have reached your.{0,30}limit"
    r"|(?:jetzt|um)\b.{0,40}weiter(?:zu)?lesen|nur für (?:abonnent|mitglieder)|mit .{0,20}abo lesen"
    r"|réservée?s? (?:aux|à nos) abonnés|il vous reste .{0,20}à lire|abonnez-vous pour (?:lire|con)"
    r"|(?:suscríbase|suscríbete|regístrate) para (?:seguir|continuar|leer)"
    r"|(?:contenido|artículo) .{0,20}(?:para|de) suscriptores"
    r"|(?:assine|registe-se|cadastre-se) para (?:continuar|ler)|exclusivo para assinantes"
    r"|(?:contenuto|articolo) .{0,20}(?:riservato|per) .{0,10}abbonati"
    r"|alleen voor abonnees|om verder te lezen|tylko dla (?:subskrybentów|prenumeratorów)"
    r"|(?:только|доступ\w*) .{0,20}(?:для )?подписчик|подпишитесь,? чтобы"
    r"|(?:订阅|訂閱|登录|登入|开通会员|购买).{0,8}(?:继续|繼續|后|後|全文)"
    r"|会员专享|付费阅读"
    r"|(?:会員限定|有料会員|続きを読むには)|(?:구독|로그인).{0,10}(?:계속|전체|읽)"
    r"|유료 ?(?:회원|기사)"
    r"|(?:اشترك|سجل).{0,20}(?:لمتابعة|لمواصلة|لقراءة)|למנויים בלבד"
    r"|להמשך קריאה.{0,20}(?:מנוי|הירשמ)",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"cookie|\bconsent|gdpr|einwilligung|datenschutz|données personnelles|confidentialité"
    r"|(?:data|personal) (?:protection|information|data)|privacy|privacidad|privacidade"
    r"|toestemming|legitimate interest|our \d* ?partners|персональн\w+ данн|файл\w+ куки"
    r"|隐私|隱私|同意|クッキー|個人情報|쿠키|개인정보|ملفات تعريف|الخصوصية|עוגיות|פרטיות|कुकी|คุกกี้"
    r"|(?:over|at least|under) (?:the age of )?(?:18|21)\b|age verification|legal (?:drinking )?age"
    r"|(?:über|mindestens) 18|(?:plus de|mayor(?:es)? de|maior(?:es)? de) 18",
    re.IGNORECASE,
)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_SCRIPTS = re.compile(r"javascript|скрипт|脚本|スクリプト", re.IGNORECASE)
_COMMENTS = re.compile(r"comments|disqus", re.IGNORECASE)
_MOUNTS = frozenset((
    "root", "app", "__next", "__nuxt", "___gatsby", "app-root", "main-app", "react-root", "svelte",
    "q-app", "ember-app", "application",
))  # fmt: skip
"""The ids of the elements into which the common libraries for pages built by scripts write."""

_MOUNT_TAGS = ("div", "main", "app-root", "app", "my-app")
_TOKEN = re.compile(f"[{IDEOGRAPHS}]|[^\\W{IDEOGRAPHS}]+")


def read_evidence(  # noqa: PLR0913 - each is counted elsewhere, and none is derived from another
    tree: HtmlElement,
    walk: Walk,
    *,
    title: str | None,
    kept_text: str,
    kept_words: int,
    fed_text: str = "",
    is_article_stated: bool = False,
    is_free: bool | None = None,
) -> Evidence:
    """What `tree` and the `walk` over it tell about the kind of the page.

    `title` is that of the page, `kept_text` what was taken for its article, with its number of
    words and ideographs, `fed_text` the feed's own words for it. `is_article_stated` tells
    whether the page tells machines that it is one (JSON-LD, Open Graph, a date of publication in
    a ``meta``); a date among its text proves nothing, lists have one per teaser.
    """
    blocks = walk.blocks[:_MAX_BLOCKS]
    lines = [block for block in blocks if not _is_linked(block)]
    headings = [block for block in lines if walk.containers[block.container].tag in _HEADINGS]
    fed_words, fed_share = _compare(fed_text, kept_text)
    is_unstated = not is_article_stated
    return replace(
        _measure(blocks),
        own_headings=len(headings),
        kept_words=kept_words,
        fed_words=fed_words,
        fed_share=fed_share,
        is_article_stated=is_article_stated,
        is_free=is_free,
        says_subscribe=kept_words < WORDS_OF_STUB[1] and _says(_SUBSCRIBE, _texts(lines)),
        needs_scripts=kept_words < WORDS_OF_SHELL and _needs_scripts(tree),
        says_missing=is_unstated
        and kept_words < WORDS_OF_NOTICE
        and _says(_MISSING, [title or "", *_texts(headings)]),
        consent_share=_consent_share(lines)
        if is_unstated and kept_words < WORDS_OF_CONSENT
        else 0.0,
    )


def _is_linked(block: TextBlock) -> bool:
    return 2 * block.linked > len(block.text)


def _texts(blocks: Sequence[TextBlock]) -> list[str]:
    return [block.text for block in blocks]


def _measure(blocks: Sequence[TextBlock]) -> Evidence:
    """What is counted over all blocks: characters outside of links, teasers, runs between them."""
    free = teasers = run = longest = 0
    for block in blocks:
        if not _is_linked(block):
            free += len(block.text) - block.linked
            run += block.size if block.size >= _MIN_RUN_CHARS else 0
            continue
        links = max(1, block.links)  # a table of links is one block
        if block.size >= _MIN_TEASER_CHARS * links:
            teasers += links
            longest, run = max(longest, run), 0
    return Evidence(kept_words=0, free_chars=free, teasers=teasers, longest_run=max(longest, run))


def _compare(fed_text: str, kept_text: str) -> tuple[int, float]:
    """How many words `fed_text` has, and which share of them stands in `kept_text`."""
    words = _TOKEN.findall(fold(fed_text[: 20 * _MAX_FED_WORDS]))[:_MAX_FED_WORDS]
    if not words:
        return 0, 0.0
    known = set(_TOKEN.findall(fold(kept_text[:_MAX_COMPARED_CHARS])))
    return len(words), sum(word in known for word in words) / len(words)


def _consent_share(lines: Sequence[TextBlock]) -> float:
    """The share of the running text that stands in lines with a word about cookies or age."""
    long = (line.text for line in lines if line.size >= _MIN_RUN_CHARS)
    running = list(islice(long, _MAX_LINES))
    spoken = sum(len(line) for line in running if _CONSENT.search(line[:_MAX_SENTENCES_CHARS]))
    return spoken / (sum(map(len, running)) or 1)


def _says(phrase: re.Pattern[str], lines: Sequence[str]) -> bool:
    short = (line.strip() for line in lines if len(line) <= _MAX_LINE_CHARS)
    return any(map(phrase.search, islice(short, _MAX_LINES)))


def _needs_scripts(tree: HtmlElement) -> bool:
    """Whether the page asks for scripts, not only for its comments, or is an empty mount point."""
    elements = islice(tree.iter("noscript", *_MOUNT_TAGS), _MAX_ELEMENTS)
    chosen = (e for e in elements if e.tag == "noscript" or _is_mount(e))
    return any(map(_is_waiting, islice(chosen, _MAX_MOUNTS)))


def _is_mount(element: HtmlElement) -> bool:
    return element.get("id", "").lower() in _MOUNTS or element.tag not in {"div", "main"}


def _is_waiting(element: HtmlElement) -> bool:
    """Whether a mount point has no text yet, or a ``noscript`` asks for scripts."""
    if element.tag != "noscript":
        return not any(text.strip() for text in element.itertext())
    text = " ".join(islice(element.itertext(), _MAX_TEXTS))[:_MAX_NOTICE_CHARS]
    return _SCRIPTS.search(text) is not None and not _COMMENTS.search(text)

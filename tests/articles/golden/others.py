"""The golden article in layout tables, broken markup, a right-to-left page, and a shell."""

from __future__ import annotations

import json
from html import escape

from tests.articles.conftest import Story
from tests.articles.golden import furniture as f

_ARABIC_MENU = (
    *("الرئيسية", "أخبار العالم", "اقتصاد", "علوم وتقنية", "ثقافة", "رياضة", "آراء", "سفر", "صحة"),
    *("فيديو", "بودكاست", "من نحن", "اتصل بنا", "سياسة الخصوصية", "شروط الاستخدام"),
)
_ARABIC_TEASERS = (
    ("خط الترام السابع يستعيد ألوانه القديمة",
     "عادت العربات الخضراء إلى التل بعد ثلاثين عاما من الطلاء الرمادي."),
    ("مكتبة تعير المناظير الفلكية", "مئتا أسرة تنتظر ليلة صافية وحقيبة بعجلات وخريطة للنجوم."),
    ("جزيرة بلا طبيب تبحث عن طبيبين", "يعرض المجلس بيتا وقاربا وإجازة شهر من كل شهرين."),
    ("كيف نجت سينما القرية من الفيضان",
     "حمل المتطوعون تسعمئة بكرة إلى الطابق العلوي قبل وصول الماء."),
)  # fmt: skip
_ARABIC_COMMENTS = (
    "قرأت المقال مرتين في الطريق إلى العمل وما زلت أتساءل عن الرقم الثاني.",
    "موضوع ممتاز، شكرا لكم! جاري يقول الشيء نفسه منذ سنوات.",
)
_ARABIC_COOKIES = "نستخدم نحن وشركاؤنا ملفات تعريف الارتباط لتحسين تجربتك وعرض إعلانات مناسبة لك."
_ARABIC_LETTER = (
    "احصل كل صباح على أهم خمس قصص في بريدك الإلكتروني، ويمكنك إلغاء الاشتراك في أي وقت."
)


def table_layout(story: Story) -> str:
    """A page of the nineties: tables in tables, fonts, bold lines for headings, spacer images."""
    title = escape(story.headline)
    text = story.html(
        '<p><font face="Verdana" size="3"><b>{}</b></font></p>',
        '<p><font face="Verdana" size="2">{}</font></p>',
    )
    spacer = '<tr><td height="8"><img src="/spacer.gif" width="1" height="8" alt=""></td></tr>'
    row = '<tr><td><font size="1"><a href="{href}">{text}</a></font></td></tr>'
    side = '<tr><td><font size="1"><a href="{href}">{title}</a><br>{excerpt}</font></td></tr>'
    comment = """<tr bgcolor="#eeeeee"><td><font size="1"><b>{who}</b> wrote:</font></td></tr>
      <tr><td><font size="1">{text}</font></td></tr>"""
    return f"""<HTML><HEAD><TITLE>The Valley Ledger: {title}</TITLE>
<META NAME="Author" CONTENT="Mara Quill">{f.SCRIPTS}</HEAD>
<BODY BGCOLOR="#FFFFFF" TOPMARGIN="0" LEFTMARGIN="0">
<TABLE WIDTH="780" BORDER="0" CELLPADDING="0" CELLSPACING="0" ALIGN="center">
<TR><TD COLSPAN="3"><A HREF="/"><IMG SRC="/head.gif" WIDTH="780" HEIGHT="90" ALT="The Valley
Ledger"></A>
</TD></TR>
<TR><TD COLSPAN="3" BGCOLOR="#003366"><FONT COLOR="#FFFFFF" SIZE="1">
{f.links(item='<a href="{href}"><font color="#ffffff">{text}</font></a> &nbsp;|&nbsp; ')}
</FONT></TD></TR>
<TR VALIGN="top"><TD WIDTH="140" BGCOLOR="#EEEEEE"><TABLE BORDER="0" WIDTH="140">{spacer}
{f.links(item=row)}{spacer}
{f.links(f.LEGAL, row)}</TABLE></TD>
<TD WIDTH="480"><TABLE BORDER="0" WIDTH="480" CELLPADDING="6">
<TR><TD><H1><FONT FACE="Georgia">{title}</FONT></H1></TD></TR>
<TR><TD><FONT SIZE="1">By Mara Quill<BR>Thursday, July 3, 2025</FONT></TD></TR>
<TR><TD><FONT SIZE="1">2 Minutes</FONT></TD></TR>{spacer}
<TR><TD>
{text}
</TD></TR>{spacer}
<TR><TD><FONT SIZE="1"><A HREF="/print/812">Printer friendly version</A> |
<A HREF="/mail/812">E-mail this story</A></FONT></TD></TR></TABLE>
<TABLE BORDER="0" WIDTH="480"><TR BGCOLOR="#003366"><TD><FONT COLOR="#FFFFFF"><B>Comments</B></FONT>
</TD></TR>
{f.comments(comment)}
<TR><TD><FORM ACTION="/post" METHOD="post"><TEXTAREA NAME="t" ROWS="4"></TEXTAREA><BR>
<INPUT TYPE="submit" VALUE="Post comment"></FORM></TD></TR></TABLE></TD>
<TD WIDTH="160"><TABLE BORDER="0" WIDTH="160"><TR BGCOLOR="#003366"><TD><FONT COLOR="#FFFFFF"><B>Top
stories</B></FONT></TD></TR>
{f.teasers(side, 0, 6)}{spacer}
<TR><TD BGCOLOR="#FFFFCC"><FONT SIZE="1">{f.ADVERTISEMENT}</FONT></TD></TR></TABLE></TD></TR>
<TR><TD COLSPAN="3" ALIGN="center"><FONT SIZE="1">{f.COPYRIGHT}</FONT></TD></TR>
</TABLE></BODY></HTML>"""


def unclosed(story: Story) -> str:
    """Markup that nobody checked: unclosed tags, an unclosed button, two ends, stray ends."""
    title = escape(story.headline)
    text = story.html("<h2>{}", "<p>{}")
    item = '<li><a href="{href}">{title}</a><p>{excerpt}'
    return f"""<!doctype html><html lang=en><head><meta charset=utf-8><title>{title} / Ferro</title>
<meta property=og:title content="{title}"><meta property=og:site_name content=Ferro>{f.SCRIPTS}
<body class=home-layout><div class=wrapper></span>
<header class=head><a href=/>Ferro</a><nav><ul>
{f.links(item='<li><a href="{href}">{text}')}</a></ul></nav></header></section>
<div class=content><div class=row><div class=col-8>
<h1>{title}</h1>
<div class=details><span>Mara Quill<span>3 July 2025</div>
<button type=button class=listen><i class=icon></i>Listen
<div class=label>2 Minutes</div>
<div class=text>
{text}
</div>
<div class=share>{f.links(f.NETWORKS, '<a href="{href}">{text}</a>')}</div>
<div id=comments class=comments><h3>Comments</h3>
{f.comments("<div class=comment><b>{who}</b><p>{text}</div>")}
<form><textarea></textarea><input type=submit value=Send></form></div></div>
<div class="col-4 sidebar"><h3>Popular</h3><ul>
{f.teasers(item, 1, 8)}</ul>
<h3>Archive</h3><ul>{f.links(f.TOPICS, '<li><a href="/archive{href}">{text}</a>')}</ul>
<div class=newsletter><h3>Letters</h3><p>{f.NEWSLETTER}</div></div></div></div>
</body></html>
<footer class=foot><ul>{f.links(f.LEGAL, '<li><a href="{href}">{text}</a>')}</ul><p>{f.COPYRIGHT}
<div class=cookie-bar><p>{f.COOKIES}<button>Fine</button></div>"""


def right_to_left(story: Story) -> str:
    """An Arabic portal that shows an article in English: all around it runs the other way."""
    title = escape(story.headline)
    body = story.html('<h2 dir="ltr">{}</h2>', '<p dir="ltr">{}</p>')

    def menu(first: int, last: int) -> str:
        names = _ARABIC_MENU[first:last]
        return "\n".join(f'<li><a href="/{n}">{name}</a></li>' for n, name in enumerate(names))

    def cards(heading: str) -> str:
        return "\n".join(
            f'<div class="post-item"><{heading}><a href="/p/{n}">{name}</a></{heading}>'
            f'<p class="excerpt">{text}</p><span class="ago">قبل {n + 2} ساعات</span></div>'
            for n, (name, text) in enumerate(_ARABIC_TEASERS)
        )

    comments = "\n".join(
        f'<li class="comment"><cite>قارئ {n}</cite><p>{text}</p><a href="#r">رد</a></li>'
        for n, text in enumerate(_ARABIC_COMMENTS)
    )
    shares = "".join(
        f'<a href="#">{name}</a>' for name in ("فيسبوك", "واتساب", "تيليجرام", "طباعة")
    )
    return f"""<!doctype html>
<html dir="rtl" lang="ar"><head><meta charset="utf-8"><title>{title} | بوابة المثال</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="بوابة المثال">
<meta property="og:locale" content="ar_AR">
<meta property="article:published_time" content="2025-07-03T09:15:00+03:00">{f.SCRIPTS}</head>
<body class="rtl"><div class="cookies-bar"><p>{_ARABIC_COOKIES}</p><button>موافق</button></div>
<header class="header"><a class="logo" href="/">بوابة المثال</a><nav class="main-nav"><ul>
{menu(0, 11)}</ul></nav><form class="search-form"><input
placeholder="ابحث"><button>بحث</button></form>
</header>
<div class="breaking"><strong>عاجل</strong> <a href="/p/9">{_ARABIC_TEASERS[0][0]}</a></div>
<div class="container"><main class="main-col"><article class="single-article" dir="ltr" lang="en">
<div class="art-cat" dir="rtl"><a href="/economy">اقتصاد</a></div>
<h1>{title}</h1>
<div class="art-meta" dir="rtl"><span class="art-author">Mara Quill</span>
<time datetime="2025-07-03T09:15:00+03:00">3 يوليو 2025</time> <span class="read-time">2
دقائق</span></div>
<div class="share-icons" dir="rtl"><span>شارك</span>{shares}</div>
<div class="art-image"><img src="/i/hero.jpg" width="900" height="500" alt=""></div>
<div class="art-text">
{body}
</div>
<div class="share-icons" dir="rtl"><span>شارك</span>{shares}</div>
<div class="tags-box" dir="rtl"><span>كلمات مفتاحية</span> <a href="/t/1">الصين</a>
<a href="/t/2">سيارات كهربائية</a></div></article>
<div class="subscribe-box"><h3>النشرة البريدية</h3><p>{_ARABIC_LETTER}</p><form><input type="email">
<button>اشترك</button></form></div>
<section class="related-posts"><h3>اقرأ أيضا</h3>
{cards("h4")}</section>
<section class="comments-box" id="comments"><h3>التعليقات</h3><ul>
{comments}</ul>
<form><textarea placeholder="اكتب تعليقك"></textarea><button>إرسال</button></form></section></main>
<aside class="side-col"><h3>الأكثر قراءة</h3>
{cards("h5")}
<h3>فيديو</h3>
{cards("h6")}</aside></div>
<section class="more-news"><h3>آخر الأخبار</h3>
{cards("h4")}</section>
<footer class="footer"><div class="footer-sections"><ul>{menu(0, 11)}</ul></div>
<ul>{menu(11, 15)}</ul><p>جميع الحقوق محفوظة © 2025 بوابة المثال</p></footer>
</body></html>"""


def script_shell(story: Story) -> str:
    """A single-page application: an empty root, and the article as JSON-LD for search engines."""
    paragraphs = [story.lead]
    for heading, text in story.sections:
        paragraphs += [heading, text]
    linked = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Volt Reader", "url": "https://volt.example/"},
            {
                "@type": "NewsArticle",
                "headline": story.headline,
                "datePublished": "2025-07-03T06:15:00Z",
                "timeRequired": "PT2M",
                "author": {"@type": "Person", "name": "Mara Quill"},
                "articleBody": "\n\n".join(paragraphs),
            },
        ],
    }
    state = {"menu": f.TOPICS, "teasers": f.TEASERS, "legal": f.LEGAL, "notice": f.COOKIES}
    chunks = "\n".join(
        f'<link rel="modulepreload" href="/assets/chunk-{n}.js">\n'
        f'<script type="module" src="/assets/chunk-{n}.js"></script>'
        for n in range(40)
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Volt Reader</title>
<meta property="og:title" content="{escape(story.headline)}">
<script type="application/ld+json">{json.dumps(linked)}</script>
{chunks}{f.SCRIPTS}</head>
<body><noscript><p>You need to enable JavaScript to run this app. If you see this message for long,
please update your browser or contact our support team.</p></noscript>
<div id="root"></div>
<script>window.__STATE__ = {json.dumps(state)};</script>
<script src="/assets/main.js"></script></body></html>"""

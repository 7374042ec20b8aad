"""The golden article as a newspaper, an AMP page and a newsletter platform show it."""

from __future__ import annotations

from html import escape

from tests.articles.conftest import Story
from tests.articles.golden import furniture as f


def news_site(story: Story) -> str:
    """A newspaper: semantic tags, label, share bars, boxes inside the text, comments."""
    title = escape(story.headline)
    parts = story.html("<h2>{}</h2>", "<p>{}</p>").split("\n")
    parts.insert(
        3,
        f"""<aside class="inline-related"><h4>Related stories</h4><ul>
        {f.teasers('<li><a href="{href}">{title}</a></li>', 0, 3)}</ul></aside>""",
    )
    parts.insert(
        6,
        f"""<div class="ad-slot" data-slot="mid"><span>Advertisement</span>
        <p>{f.ADVERTISEMENT}</p></div>""",
    )
    body = "\n".join(parts)
    card = """<article class="card"><a href="{href}"><img src="/t/{n}.jpg" alt="">
      <h3>{title}</h3></a><p class="card__text">{excerpt}</p>
      <span class="card__meta">4 min read</span></article>"""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} | The Daily Example</title>
<meta property="og:title" content="{title}"><meta property="og:site_name" content="The Daily
Example">
<meta property="og:type" content="article"><meta name="author" content="Mara Quill">
<meta property="article:published_time" content="2025-07-03T08:15:00+02:00">
<link rel="canonical" href="https://daily.example/markets/story">{f.SCRIPTS}</head>
<body class="page page--article">
<a class="skip-link" href="#main">Skip to main content</a>
<div id="cookie-consent" class="consent" role="dialog" aria-label="Cookies"><h2>Your privacy</h2>
<p>{f.COOKIES}</p><button>Accept all</button><button>Manage</button></div>
<header class="site-header"><div class="site-header__top"><a href="/" class="logo">The Daily
Example</a>
<form action="/search"><input name="q" placeholder="Search"><button>Search</button></form>
<a href="/subscribe">Subscribe</a> <a href="/login">Sign in</a></div>
<nav class="site-nav" aria-label="Sections"><ul>
{f.links()}
</ul></nav></header>
<div class="ticker"><span>Latest</span> {f.teasers('<a href="{href}">{title}</a>', 4, 2)}</div>
<main id="main"><article class="story">
<header class="story__header"><ol class="breadcrumb"><li><a href="/">Home</a></li>
<li><a href="/markets">Markets</a></li></ol>
<span class="story__label">2 Minutes</span>
<h1 class="story__title">{title}</h1>
<p class="story__byline">By <a rel="author" href="/by/quill">Mara Quill</a>, Industry
Correspondent</p>
<time datetime="2025-07-03T08:15:00+02:00">3 July 2025, 8.15 am</time>
<ul class="share-bar">{f.links(f.NETWORKS)}</ul>
<figure class="story__hero"><img src="/i/hero.jpg" width="1200" height="675"
alt=""></figure></header>
<div class="story__body">
{body}
</div>
<ul class="tags"><li><a href="/tag/industry">Industry</a></li><li><a
href="/tag/asia">Asia</a></li></ul>
<ul class="share-bar share-bar--bottom">{f.links(f.NETWORKS)}</ul>
<div class="newsletter-signup"><h3>The morning letter</h3><p>{f.NEWSLETTER}</p>
<form><input type="email" placeholder="Your e-mail"><button>Sign up</button></form></div>
<div class="author-card"><img src="/a/quill.jpg" alt="Mara Quill"><h4>Mara Quill</h4>
<p>{f.AUTHOR}</p></div>
</article>
<section class="comments" id="comments"><h2>Comments</h2>
{f.comments('<div class="comment"><b>{who}</b> <time>2 hours ago</time><p>{text}</p></div>')}
<form class="comment-form"><label>Your comment
<textarea></textarea></label><button>Post</button></form>
</section>
<section class="more-stories"><h2>More from Markets</h2>
{f.teasers(card, 0, 6)}</section></main>
<aside class="sidebar"><h2>Most read</h2><ol>
{f.teasers('<li><a href="{href}">{title}</a></li>', 2, 5)}</ol>
<div class="promo"><h3>Support our work</h3><p>{f.ADVERTISEMENT}</p></div></aside>
<footer class="site-footer"><ul>{f.links(f.LEGAL)}</ul><p>{f.COPYRIGHT}</p></footer>
<noscript><img src="https://count.example.net/p.gif" width="1" height="1" alt=""></noscript>
</body></html>"""


def amp_page(story: Story) -> str:
    """An AMP page: amp-* elements for everything, an accordion menu, an inline consent."""
    title = escape(story.headline)
    parts = story.html("<h2>{}</h2>", "<p>{}</p>").split("\n")
    parts.insert(4, '<amp-ad width="300" height="250" type="doubleclick"></amp-ad>')
    body = "\n".join(parts)
    card = """<li class="amp-related-item"><a href="{href}"><amp-img src="/t/{n}.jpg" width="96"
      height="64"></amp-img><span>{title}</span></a><p>{excerpt}</p></li>"""
    return f"""<!doctype html>
<html ⚡ lang="en"><head><meta charset="utf-8"><title>{title} - Wheel and Wire</title>
<link rel="canonical" href="https://wheel.example/2025/story">
<meta name="viewport" content="width=device-width,minimum-scale=1">
<script async src="https://cdn.ampproject.org/v0.js"></script>
<style amp-boilerplate>body {{ animation: -amp-start 8s steps(1,end) 0s 1 normal both }}</style>
<noscript><style amp-boilerplate>body {{ animation: none }}</style></noscript>
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle",
"mainEntityOfPage": "https://wheel.example/2025/story", "datePublished": "2025-07-03T06:15:00Z",
"author": {{"@type": "Person", "name": "Mara Quill"}},
"publisher": {{"@type": "Organization", "name": "Wheel and Wire"}}}}</script></head>
<body class="amp-mode-mouse">
<amp-analytics type="gtag"><script type="application/json">{{"vars": {{"id": "1"}}}}</script>
</amp-analytics>
<amp-sidebar id="sidebar" layout="nodisplay" side="left"><button
on="tap:sidebar.close">Close</button>
<ul>{f.links()}</ul>
<amp-accordion><section><h4>More topics</h4><ul>{f.links(f.LEGAL)}</ul></section></amp-accordion>
</amp-sidebar>
<header class="amp-header"><button on="tap:sidebar.toggle">Menu</button>
<a href="/">Wheel and Wire</a></header>
<amp-consent id="consent" layout="nodisplay"><div id="consent-ui"><p>{f.COOKIES}</p>
<button on="tap:consent.accept">Accept</button></div></amp-consent>
<article class="amp-wp-article"><header class="amp-wp-article-header">
<h1 class="amp-wp-title">{title}</h1>
<div class="amp-wp-meta amp-wp-byline"><span class="amp-wp-author">Mara Quill</span></div>
<div class="amp-wp-meta amp-wp-posted-on"><time datetime="2025-07-03T06:15:00Z">3 July 2025</time>
</div><div class="amp-wp-meta">2 Minutes</div></header>
<amp-social-share type="twitter" width="45" height="33"></amp-social-share>
<amp-social-share type="facebook" width="45" height="33"></amp-social-share>
<amp-img src="/i/hero.jpg" width="1200" height="675" layout="responsive"></amp-img>
<div class="amp-wp-article-content">
{body}
</div>
<footer class="amp-wp-article-footer"><div class="amp-wp-meta amp-wp-tax-category">Categories:
<a href="/markets">Markets</a>, <a href="/motors">Motors</a></div>
<div class="amp-wp-meta amp-wp-comments-link"><a href="#respond">Leave a comment</a></div></footer>
</article>
<section class="amp-related"><h3>You may also like</h3><ul>
{f.teasers(card, 1, 5)}</ul></section>
<section id="comments"><h3>Comments</h3>
{f.comments('<div class="amp-comment"><strong>{who}</strong><p>{text}</p></div>')}</section>
<form method="post" action-xhr="/letter" target="_top"><h3>Newsletter</h3><p>{f.NEWSLETTER}</p>
<input type="email" name="mail"><input type="submit" value="Sign up"></form>
<footer class="amp-wp-footer"><ul>{f.links(f.LEGAL)}</ul><p>{f.COPYRIGHT}</p>
<a href="#top">Back to top</a></footer></body></html>"""


def newsletter_platform(story: Story) -> str:
    """A letter as Substack shows it: div for everything, class names made by a machine."""
    title = escape(story.headline)
    heading = (
        '<h3 class="header-anchor-post">{}<div class="pencraft pc-display-flex pubTheme-yiXxQA">'
        '<div class="header-anchor" id="s"></div></div></h3>'
    )
    parts = story.html(heading, "<p>{}</p>").split("\n")
    parts.insert(
        3,
        f"""<div class="subscription-widget-wrap-editor"><div class="subscription-widget">
        <div class="preamble"><p class="cta-caption">{f.NEWSLETTER}</p></div>
        <form class="form"><input type="email" class="email-input" placeholder="Type your email…">
        <input type="submit" class="button primary" value="Subscribe"></form></div></div>""",
    )
    body = "\n".join(parts)
    card = """<div class="portable-archive-post"><div class="pencraft"><a href="{href}">{title}</a>
      <div class="pencraft color-secondary">{excerpt}</div></div>
      <div class="pencraft">Jun {n} • <span>Mara Quill</span></div></div>"""
    comment = """<div class="comment"><div class="comment-meta"><a href="/u/{n}">{who}</a> <a>2d</a>
      </div><div class="comment-body"><p>{text}</p></div>
      <button>Like</button><button>Reply</button></div>"""
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title} - by Mara Quill - Long Levers</title>
<meta property="og:title" content="{title}"><meta name="author" content="Mara Quill">
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle",
"url": "https://levers.example/p/story", "headline": "{title}", "isAccessibleForFree": true,
"datePublished": "2025-07-03T06:15:00+00:00",
"author": [{{"@type": "Person", "name": "Mara Quill", "url": "https://levers.example/@mara"}}]}}
</script>{f.SCRIPTS}</head>
<body><div id="entry"><div id="main" class="main typography use-theme-bg"><div class="pencraft
pc-flex">
<div class="main-menu-content"><div class="topbar"><div><a href="/" class="navbar-logo">Long
Levers</a>
</div><div class="buttons"><button class="pencraft">Subscribe</button><button>Sign in</button></div>
</div></div></div>
<div><div class="available-content-wrap"><div class="single-post-container"><div class="container">
<div class="single-post"><div class="pencraft"><article class="typography newsletter-post post">
<div role="region" aria-label="Post header" class="post-header"><h1 class="post-title unpublished">
{title}</h1>
<div class="pencraft byline-wrapper"><div class="pencraft"><a href="/@mara">Mara Quill</a></div>
<div class="pencraft">Jul 03, 2025</div><div class="pencraft">2 min read</div></div>
<div class="post-ufi"><a role="button"><div class="label">41</div></a><a><div
class="label">4</div></a>
<a role="button"><div>Share</div></a></div></div>
<div><div class="available-content"><div dir="auto" class="body markup">
<div class="captioned-image-container"><figure><a class="image-link" href="/i/hero.jpg"><div
class="image2-inset"><picture><img src="/i/hero.jpg" width="1456" height="819"
alt=""></picture></div>
</a></figure></div>
{body}
<p class="button-wrapper"><a class="button primary" href="/share"><span>Share</span></a></p>
</div></div></div>
<div class="post-footer"><div class="post-ufi"><a role="button">Like</a><a
role="button">Restack</a></div>
<div class="subscribe-footer"><h4>Long Levers is a reader-supported publication.</h4>
<p>{f.NEWSLETTER}</p></div></div></article></div></div></div></div>
<div class="single-post-section comments-section" id="discussion"><div class="container">
<h4>Comments</h4><form class="comment-input"><textarea placeholder="Write a
comment..."></textarea></form>
<div class="comment-list">{f.comments(comment)}</div></div></div>
<div class="single-post-section"><div class="container"><h4>Discussion about this post</h4>
<div class="tabs"><button>Top</button><button>Latest</button></div>
<div class="portable-archive">{f.teasers(card, 1, 8)}</div></div></div></div></div>
<div class="footer-wrap publication-footer"><div class="container"><div class="footer-terms">
<span>© 2025 Mara Quill</span> ∙ <a href="/privacy">Privacy</a> ∙ <a href="/tos">Terms</a></div>
<div class="footer-cta">Start your own letter today. <a href="/start">Get the app</a>. It is the
home
of great writing and of everyone who reads it.</div></div></div></div></div></body></html>"""

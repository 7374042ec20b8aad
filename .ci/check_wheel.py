"""Fail unless a wheel holds the package, its data and its migrations, and nothing beside them."""

import sys
import zipfile

MUST_HAVE = {
    "aggregator/py.typed",
    "aggregator/cli/help.txt",
    "aggregator/_migrations/env.py",
    "aggregator/_migrations/script.py.mako",
    "aggregator/_migrations/versions/0001_first_archive.py",
    "aggregator/_migrations/versions/0002_what_an_article_knows.py",
    "aggregator/_migrations/versions/0003_what_a_feed_remembers.py",
    "aggregator/_migrations/versions/0004_what_a_search_remembers.py",
    "aggregator/articles/model.json",
}


def main(path: str) -> None:
    """Look at the wheel at `path`."""
    names = zipfile.ZipFile(path).namelist()
    tops = {name.split("/", 1)[0] for name in names}
    strangers = {top for top in tops if top != "aggregator" and not top.endswith(".dist-info")}
    missing = MUST_HAVE - set(names)
    demo = [name for name in names if name.startswith("aggregator/demo/content/")]
    if strangers or missing or not demo:
        sys.exit(f"wheel: strangers {strangers}, missing {missing}, demo files {len(demo)}")
    sys.stdout.write(f"{len(names)} files, all under {sorted(tops)}\n")


main(sys.argv[1])

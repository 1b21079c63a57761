"""Where the book is published and where its sources are kept; empty where nobody has said so.

Links that need an address (launch buttons, sitemap, social cards) are left out without it, so that
a copy of the project never points to somebody else's.
"""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Addresses:
    """`site` ends in a slash, `repository` does not."""

    site: str = ""
    repository: str = ""


def addresses() -> Addresses:
    """The addresses that COMPENDIUM_SITE and COMPENDIUM_REPOSITORY give (a repository on GitHub)."""
    site = os.environ.get("COMPENDIUM_SITE", "").rstrip("/")
    repository = os.environ.get("COMPENDIUM_REPOSITORY", "").rstrip("/").removesuffix(".git")
    return Addresses(f"{site}/" if site else "", repository)


def launch_links(repository: str, notebook: str) -> dict[str, str]:
    """Addresses that open a notebook of `analysis/` on Binder and on Colab; none without a repository."""
    if not repository:
        return {}
    name = "/".join(repository.split("/")[-2:])
    return {
        "Binder": f"https://mybinder.org/v2/gh/{name}/HEAD?urlpath=lab/tree/analysis/{notebook}.ipynb",
        "Colab": f"https://colab.research.google.com/github/{name}/blob/HEAD/analysis/{notebook}.ipynb",
    }

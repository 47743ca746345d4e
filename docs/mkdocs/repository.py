"""The site has the layout of the repository: a relative link works on GitHub, in an editor and in the site."""

from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

PUBLISHED = (
    "*.md",
    "docs/*.md",
    "examples/*/*.md",
    "examples/*/*.toml",
    "examples/*/*.py",
    "tests/attacks/README.md",
    "action.yml",
    ".pre-commit-hooks.yaml",
)
SOURCES = ("conformance/oracle/yardstick.py", "conformance/checks/gradcheck.py")  # that a page points to


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages, and what they link to, by their paths in the repository; the theme's files stay."""
    root = Path(config.docs_dir).parent
    for file in list(files):
        if file.src_dir == config.docs_dir:
            files.remove(file)
    for path in sorted({path for pattern in (*PUBLISHED, *SOURCES) for path in root.glob(pattern)}):
        name = path.relative_to(root).as_posix()
        files.append(File(name, str(root), config.site_dir, config.use_directory_urls))
    return files

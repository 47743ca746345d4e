"""What a submission prints: counted and dropped."""

import io


class Counter(io.TextIOBase):
    """A standard output that counts what is written to it and keeps nothing."""

    written = 0

    def write(self, text: str) -> int:
        """Count the characters."""
        self.written += len(text)
        return len(text)

    def writable(self) -> bool:
        """True."""
        return True

    def reconfigure(self, **_options: object) -> None:
        """Nothing to configure; submissions set their encoding here."""

"""Secrets in code that is quoted: their value never leaves the reviewed file."""

import re

MASK = "****"
_SHORTEST = 13  # characters of the shortest that is known by its form, `xoxb-` and eight more

_KNOWN = re.compile(
    r"\b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{8,}|\bsk-[A-Za-z0-9_-]{16,}|\bgh[pousr]_[A-Za-z0-9]{16,}"
    r"|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bxox[abeprs]-[A-Za-z0-9-]{8,}"
    r"|\bAIza[\w-]{30,}|\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?|-----BEGIN [A-Z ]{1,30}-----[^'\"]*"
    r"|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bnpm_[A-Za-z0-9]{20,}|\b[0-9a-fA-F]{32,}\b"
)
_DSN = re.compile(
    r"(?P<head>\b[A-Za-z][\w+.-]{0,30}://[^\s/:@'\"]{0,80}:)(?P<value>[^\s/@'\"{}]{1,200})(?=@)"
)
_NAMED = re.compile(
    r"(?P<head>(?:passw(?:or)?d|passphrase|secret|token|api_?key|access_?key|private_?key|credential|pwd)\w{0,40}"
    r"['\"]?\]?\s{0,4}(?::\s{0,4}[\w.\[\] |]{1,60}=|[:=(])\s{0,4}[rbfuRBFU]{0,2})"
    r"(?P<quote>['\"])(?P<value>[^'\"]{4,400})(?P=quote)",
    re.IGNORECASE,
)


def mask_secrets(code: str) -> str:
    """`code` with the value of everything that looks like a credential replaced by asterisks."""
    if "://" in code:
        code = _DSN.sub(lambda match: match["head"] + MASK, code)
    if "'" in code or '"' in code:
        code = _NAMED.sub(lambda match: f"{match['head']}{match['quote']}{MASK}{match['quote']}", code)
    return _KNOWN.sub(MASK, code) if len(code) >= _SHORTEST else code

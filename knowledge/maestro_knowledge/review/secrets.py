"""Secrets in code that is quoted: their value never leaves the reviewed file."""

import re

from maestro_knowledge.core.patterns import Pattern

MASK = "****"

_KNOWN = Pattern(
    r"\b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{8,}|\bsk-[A-Za-z0-9_-]{16,}|\bgh[pousr]_[A-Za-z0-9]{16,}"
    r"|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bxox[abeprs]-[A-Za-z0-9-]{8,}"
    r"|\bAIza[\w-]{30,}|\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?|-----BEGIN [A-Z ]{1,30}-----[^'\"]*"
    r"|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bnpm_[A-Za-z0-9]{20,}|\b[0-9a-fA-F]{32,}\b"
)
_DSN = Pattern(r"(?P<head>\b[A-Za-z][\w+.-]{0,30}://[^\s/:@'\"]{0,80}:)(?P<value>[^\s/@'\"{}]{1,200})(?=@)")
_NAMED = Pattern(
    r"(?P<head>(?:passw(?:or)?d|passphrase|secret|token|api_?key|access_?key|private_?key|credential|pwd)\w{0,40}"
    r"['\"]?\]?\s{0,4}(?::\s{0,4}[\w.\[\] |]{1,60}=|[:=(])\s{0,4}[rbfuRBFU]{0,2})"
    r"(?P<quote>['\"])(?P<value>[^'\"]{4,400})(?P=quote)",
    re.IGNORECASE,
)

# Nearly no line holds a secret: one of these stands in each that does, and is looked for much faster.
_KNOWN_PARTS = (
    "_live_", "_test_", "sk-", "gh", "_pat_", "glpat-", "AKIA", "ASIA", "xox", "AIza", "eyJ", "-----BEGIN",
    "SG.", "npm_",
)  # fmt: skip
_NAMED_PARTS = ("passw", "passphrase", "secret", "token", "key", "credential", "pwd")
_HASH = Pattern("[0-9a-fA-F]{32}")


def mask_secrets(code: str) -> str:
    """`code` with the value of everything that looks like a credential replaced by asterisks."""
    if "://" in code:
        code = _DSN.sub(lambda match: match["head"] + MASK, code)
    if _may_be_named(code):
        code = _NAMED.sub(lambda match: f"{match['head']}{match['quote']}{MASK}{match['quote']}", code)
    if _HASH.search(code) or any(map(code.__contains__, _KNOWN_PARTS)):
        code = _KNOWN.sub(MASK, code)
    return code


def _may_be_named(code: str) -> bool:
    if "'" not in code and '"' not in code:
        return False
    # Beyond ASCII there are letters that match one of these without being its capital.
    folded = code.lower() if code.isascii() else ""
    return not folded or any(map(folded.__contains__, _NAMED_PARTS))

"""The words of the house, and nothing else."""

from enum import StrEnum


class Verdict(StrEnum):
    """What may be said about one indicator of one city, by machine or by person."""

    MET = "met"
    PARTLY_MET = "partly-met"
    NOT_MET = "not-met"  # only with a complete record of where we looked
    NOT_OBSERVABLE = "not-observable"  # our failure, or an incomplete look
    BLOCKED = "blocked"  # their shield refused us
    NOT_APPLICABLE = "not-applicable"  # with the legal ground written down

    @property
    def counts(self) -> bool:
        """Only what we truly saw may move a score."""
        return self in {Verdict.MET, Verdict.PARTLY_MET, Verdict.NOT_MET}


class Reason(StrEnum):
    """Why a verdict was given, or why an address could not be read: a closed list.

    Each is explained in one sentence, in Ukrainian and English, in ``models/reasons.yaml``.
    """

    # seen
    DOCUMENT_FOUND = "document-found"
    SECTION_FOUND = "section-found"
    ALL_FOUND = "all-found"
    # seen, but not all that was asked
    STALE = "stale"
    LATE = "late"
    INCOMPLETE_SERIES = "incomplete-series"
    NOT_MACHINE_READABLE = "not-machine-readable"
    UNDATED = "undated"
    HOLLOW_SECTION = "hollow-section"
    SOME_FOUND = "some-found"
    BARRIERS = "barriers"
    # looked everywhere, not there
    NO_DOCUMENT = "no-document"
    NO_DOCUMENT_FOR_YEAR = "no-document-for-year"
    ONLY_STALE = "only-stale"
    # network
    DNS = "dns"
    REFUSED = "refused"
    TIMEOUT = "timeout"
    RESET = "reset"
    TLS = "tls"
    # answer
    HTTP_4XX = "http-4xx"
    HTTP_429 = "http-429"
    HTTP_5XX = "http-5xx"
    TRUNCATED = "truncated"
    TOO_LARGE = "too-large"
    BAD_ENCODING = "bad-encoding"
    REDIRECT_LOOP = "redirect-loop"
    # their shield
    ROBOTS = "robots"
    GEO_BLOCK = "geo-block"
    CHALLENGE = "challenge"
    LOGIN_WALL = "login-wall"
    # page
    SOFT_404 = "soft-404"
    BAD_CHARSET = "bad-charset"
    PARSE_CUT = "parse-cut"
    LAYOUT_CHANGED = "layout-changed"
    EMPTY_SHELL = "empty-shell"
    # document
    DOC_ENCRYPTED = "doc-encrypted"
    DOC_SCAN_NO_TEXT = "doc-scan-no-text"
    DOC_UNSAFE = "doc-unsafe"
    ERASED = "erased"  # the stored bytes were made unreadable, by a decision
    # ours
    BUDGET = "budget"
    OFFSITE = "offsite"
    REFUSED_ADDRESS = "refused-address"
    CRAWLER_ERROR = "crawler-error"
    NOT_VISITED = "not-visited"
    NO_SOURCE = "no-source"
    # for a person
    NEEDS_PERSON = (
        "needs-person"  # the evidence is gathered, the machine is not sure enough or not meant to be
    )
    ONLY_PEOPLE = "only-people"  # the web cannot show it
    # the law does not ask it of this city
    NO_DUTY = "no-duty"

    @property
    def is_shield(self) -> bool:
        """Their protection kept us out, rather than a failure of ours or the network's."""
        return self in {Reason.ROBOTS, Reason.GEO_BLOCK, Reason.CHALLENGE, Reason.LOGIN_WALL}


class LinkKind(StrEnum):
    """What a link on a council's page leads to."""

    AGENDA = "agenda"
    MINUTES = "minutes"
    PACKET = "packet"
    DECISION = "decision"
    DRAFT_DECISION = "draft-decision"
    ORDER = "order"
    VOTES = "votes"
    BUDGET = "budget"
    BUDGET_REPORT = "budget-report"
    BUDGET_PASSPORT = "budget-passport"
    PARTICIPATORY_BUDGET = "participatory-budget"
    DATASET = "dataset"
    VIDEO = "video"
    NOTICE = "notice"
    NEWS = "news"
    OTHER = "other"


class PageKind(StrEnum):
    """What a page is, as a whole."""

    HOME = "home"
    LIST = "list"  # many documents or acts of one sort
    ACT = "act"  # the text of one decision, order or draft
    MEETING = "meeting"  # one meeting with its papers
    NEWS = "news"
    SEARCH = "search"
    SITE_MAP = "site-map"
    CATALOGUE = "catalogue"  # answer of a data portal
    DOCUMENT = "document"  # a file: PDF, DOCX, table, archive
    ERROR = "error"  # not found, served politely
    SHIELD = "shield"  # challenge, login or consent page in place of content
    OTHER = "other"


class AddressState(StrEnum):
    """Where one planned address of a visit stands. All but PLANNED are terminal."""

    PLANNED = "planned"
    FETCHED = "fetched"  # an answer is stored as a capture
    FAILED = "failed"  # tried; no usable answer; the reason says why
    REFUSED = "refused"  # never asked: robots, the address gate
    SKIPPED = "skipped"  # never asked: budget

    @property
    def is_terminal(self) -> bool:
        """Nothing more will happen to it in this visit."""
        return self is not AddressState.PLANNED


class VisitState(StrEnum):
    """How one city's visit in one run stands."""

    OPEN = "open"
    COMPLETE = "complete"  # every planned address is terminal
    BROKEN = "broken"  # the crawl process died or stopped before that; can be resumed
    UNREACHABLE = "unreachable"  # terminal, and nothing could be fetched at all


class Role(StrEnum):
    """What a person may do here."""

    CHIEF = "chief"  # chief coordinator
    COORDINATOR = "coordinator"  # of one region
    ASSESSOR = "assessor"
    SECOND_ASSESSOR = "second-assessor"  # looks again, without knowing what the first one said
    ANALYST = "analyst"
    OPERATOR = "operator"
    OFFICIAL = "official"  # of one city: sees what was found about it, and replies
    READER = "reader"  # looks, and decides nothing


class LogKind(StrEnum):
    """What a line of the log speaks of."""

    MANIFEST = "manifest"  # a run was sealed
    STAMP = "stamp"  # an authority's time-stamp came in
    ASSESSMENT = "assessment"
    SUBMISSION = "submission"  # a person brought evidence
    VIEWING = "viewing"  # a person looked at bytes that hold personal data
    ERASURE = "erasure"
    WITHDRAWAL = "withdrawal"  # a person took an assessment back
    REPLY = "reply"  # a city's, or what became of it
    REQUEST = "request"  # an information request was written, sent, answered
    ROUND = "round"  # one was opened, changed or closed, or its work was given out
    PERSON = "person"  # somebody was invited or let in, given another role, or their account closed
    REFUSAL = "refusal"  # somebody tried what is not for their role


class StampState(StrEnum):
    """How a time-stamp that was asked for stands."""

    WAITING = "waiting"
    STAMPED = "stamped"
    GIVEN_UP = "given-up"


class SubmissionKind(StrEnum):
    """What a person brings as evidence."""

    LINK = "link"
    FILE = "file"
    ANSWER = "answer"  # to an information request


class SubmissionState(StrEnum):
    """How far the capture of a submission has come."""

    WAITING = "waiting"
    CAPTURED = "captured"
    FAILED = "failed"


class ItemState(StrEnum):
    """How far people have got with one question about one city in one round."""

    WAITING = "waiting"  # for a first assessment
    SECOND = "second"  # for a second one, made blind
    DISPUTED = "disputed"  # the two differ: somebody has to adjudicate
    SETTLED = "settled"

    @property
    def is_open(self) -> bool:
        """Somebody still has to decide."""
        return self is not ItemState.SETTLED


class Passing(StrEnum):
    """Which look at an item an assessment came of."""

    FIRST = "first"
    SECOND = "second"
    ADJUDICATION = "adjudication"


class Probe(StrEnum):
    """How an item tests whether people follow the machine blindly."""

    HIDDEN = "hidden"  # the machine's verdict is not shown before they decide
    PLANTED = "planted"  # a wrong verdict is shown as the machine's


class ReplyState(StrEnum):
    """How a city's reply stands."""

    CHECKING = "checking"  # its link or file is being fetched, read and judged
    CHECKED = "checked"  # the machine has looked; a person decides
    ACCEPTED = "accepted"  # the verdict was changed
    DECLINED = "declined"  # the verdict stands, with a reason


class RequestState(StrEnum):
    """How an information request stands. That it is overdue follows from its days."""

    DRAFT = "draft"
    SENT = "sent"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Cause(StrEnum):
    """Whose doing a change between two runs is."""

    CITY = "city"  # the site shows something else now
    LOOK = "look"  # we could not look, then or now
    RULE = "rule"  # methodology or rule version differs
    READER = "reader"  # reader version differs
    SAME = "same"

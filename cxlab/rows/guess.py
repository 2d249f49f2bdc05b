"""Which column may play which role, by its name: for a first plan that a person confirms, never for a figure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path

from cxlab.rows.header import fold_name
from cxlab.rows.read import read
from cxlab.rows.roles import TABLES, table_of
from cxlab.words.fold import match_key

# Names that exports and spreadsheets give to a role, beside its own, in English, Vietnamese and Persian. A name that
# ends in * is a beginning, one in ~ stands anywhere.
_NAMES: dict[str, str] = {
    "answer": "responseid respondentid answerid surveyid recordid token respnum",
    "customer": "customerid clientid custid userid accountid customerno kundennummer makhachhang requesterid requester",
    "answered": (
        "enddate recordeddate submitdate submittedat datesubmitted submitted responsedate completed "
        "completedat date timestamp answeredat surveydate interviewdate"
    ),
    "recommend": (
        "nps* netpro* netpromoter* likelihoodtorecommend ltr wouldrecommend ~likelytorecommend "
        "~recommend gioithieu ~gioithieu ~پیشنهاد ~توصیه"
    ),
    "satisfaction": ("csat* osat overallsatisfaction ~satisfaction ~satisfied satisfactionscore ~hailong ~رضایت ~راضی"),
    "effort": "ces* customereffort* ~effort ~easy ~nolucdede ~noluc ~تلاش",
    "quality": "overallquality ~quality ~chatluong ~کیفیت",
    "comment": "comments verbatim feedback reason ~comment nhanxet ykien نظر",
    "channel": "via viachannel source mode medium kenh کانال",
    "sent": "sentat invitedat invited requestsentat surveysent",
    "delivered": "deliveredat deliverydate",
    "weight": "wt wgt weights weighting caseweight finalweight trongso وزن",
    "ticket": "ticketid caseid casenumber issueid requestid incidentid id servicerequestnum",
    "opened": "openedat createdat created createdtime createddate opendate dateopened thoigianmo",
    "responded": "respondedat firstresponseat firstreplyat initialresponsetime firstresponse",
    "resolved": "resolvedat solvedat closedat closed closeddate closedate resolvedtime closedtime",
    "due": "dueat duedate duebytime deadline",
    "assigned": "assignedat initiallyassignedat",
    "status": "state srstatus trangthai وضعیت",
    "agent": "agentid assigneeid assignee owner handledby nhanvien",
    "reopens": "reopencount countreopens reopened",
    "call": "callid interactionid contactid vrucall vruline",
    "started": "startedat startdate starttime since joined signupdate hiredate calltime start",
    "ended": "endedat churndate cancelledat terminationdate leavedate end",
    "outcome": "disposition callresult result callstatus",
    "wait": "waittime waitseconds qtime queuetime",
    "talk": "talktime talkseconds sertime servicetime",
    "hold": "holdtime holdseconds",
    "wrap": "wraptime acw aftercallwork aftercontactwork",
    "offered": "callsoffered totaloffered",
    "order": "orderid orderno ordernumber invoice invoiceno",
    "placed": "orderedat orderdate placedat",
    "promised": "promiseddate promisedat estimateddelivery",
    "amount": "revenue total price value turnover sotien مبلغ",
    "time": "transactiondate purchasedate purchasedat eventtime occurredat invoicedate",
    "kind": "type category eventtype complainttype",
    "complaint": "complaintid",
    "employee": "employeeid staffid empid",
    "review": "reviewid",
    "score": "reviewscore",
}
_SIGNS = re.compile(r"[^\w]|_")


def table_told(source: Path | str, columns: Mapping[str, str]) -> str:
    """The table that a file is by the roles that are declared or named in it: answers where none tells."""
    rows = read(source, columns=columns)
    return table_of([role for roles in TABLES.values() for role in roles if rows.has(role)]) or "answers"


def roles_by_name(columns: Sequence[str], table: str | None = None) -> tuple[str | None, dict[str, str]]:
    """The table that the names suggest (or `table`), and the column for each of its roles that some name fits.

    >>> roles_by_name(["RESPNUM", "NETPRO", "Region"])
    ('answers', {'answer': 'RESPNUM', 'recommend': 'NETPRO'})
    """
    if table is None:
        guesses = {name: _roles(columns, list(roles)) for name, roles in TABLES.items()}
        there = {role for found in guesses.values() for role in found}
        # A role under its own name says more than a guess; of guesses, the table that explains most columns wins.
        table = table_of([role for role in there if any(_key(column) == role for column in columns)])
        best = max(guesses, key=lambda name: (len(guesses[name]), name == "answers"))
        if table is None or len(guesses[best]) > len(guesses[table]) + 1:
            table = best if guesses[best] else None
    return table, _roles(columns, list(TABLES[table])) if table else {}


def _roles(columns: Sequence[str], roles: Sequence[str]) -> dict[str, str]:
    keys = {column: _key(column) for column in columns}
    found: dict[str, str] = {}
    for role in roles:
        own = role.replace("_", "")
        for wanted in (own, *_NAMES.get(role, "").split()):
            column = next((one for one, key in keys.items() if one not in found.values() and _fits(key, wanted)), None)
            if column is not None:
                found[role] = column
                break
    return found


def _fits(key: str, wanted: str) -> bool:
    if wanted.startswith("~"):
        return wanted[1:] in key
    return key.startswith(wanted[:-1]) if wanted.endswith("*") else key == wanted


def _key(column: str) -> str:
    """A header for comparing: letters and digits alone, Vietnamese without its marks."""
    apart = unicodedata.normalize("NFD", match_key(fold_name(column)))
    bare = "".join(letter for letter in apart if not "\u0300" <= letter <= "\u036f")
    return _SIGNS.sub("", unicodedata.normalize("NFC", bare).replace("đ", "d"))

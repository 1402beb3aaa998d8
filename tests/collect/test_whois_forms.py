"""WHOIS answers as the registries of many countries write them, shortened: what is read out of each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from albdoctor.collect.registry.whois_text import THROTTLED, read_date, read_whois
from albdoctor.facts.registration import Registration

AT = """
% Copyright (c)2026 by NIC.AT (1)

domain:         shop.at
registrar:      Some Registrar GmbH ( https://nic.at/registrar/1 )
registrant:     SG1-NICAT
nserver:        ns-1.awsdns-01.com
remarks:        192.0.2.1
nserver:        ns-2.awsdns-02.net
changed:        20260105 12:00:00
source:         AT-DOM

personname:
organization:   Shop GmbH
changed:        20190101 08:00:00
"""
BE = """
% .be Whois Server 6.1

Domain:\tshop.be
Status:\tNOT AVAILABLE
Registered:\tTue Dec 12 2000

Registrant:
\tNot shown, please visit www.dnsbelgium.be for webbased whois.

Registrar Technical Contacts:
\tOrganisation:\tSomebody Else
\tLanguage:\ten

Registrar:
\tName:\tSome Registrar nv
\tWebsite:\thttps://registrar.example

Nameservers:
\tns-1.awsdns-01.com
\tns.shop.be (192.0.2.1)
\tns.shop.be (2001:db8:0:0:0:0:0:1)

Keys:

Flags:
\tclientTransferProhibited

Please visit www.dnsbelgium.be for more info.
"""
CN = """
Domain Name: shop.cn
ROID: 20030311s10001s00033735-cn
Domain Status: clientTransferProhibited
Registrant: Shop Co.
Sponsoring Registrar: Some Registrar Co., Ltd.
Name Server: ns-1.awsdns-01.com
Name Server: ns-2.awsdns-02.net
Registration Time: 2003-03-17 12:20:05
Expiration Time: 2027-03-17 12:48:36
DNSSEC: unsigned
"""
DK = """
# Hello 192.0.2.1. Your session has been logged.

Domain:               shop.dk
DNS:                  shop.dk
Registered:           1999-01-01
Expires:              2027-03-31
Registrar:            Some Registrar ApS
Registration period:  1 year
Status:               Active

Nameservers
Hostname:             ns-1.awsdns-01.com
Hostname:             ns-2.awsdns-02.net
"""
EDU = """
Domain Name: SHOP.EDU

Registrant:
\tShop University
\t1 Main Street

Name Servers:
\tNS-1.AWSDNS-01.COM
\tNS-2.AWSDNS-02.NET

Domain record activated:    04-Oct-1985
Domain record last updated: 08-Jul-2026
Domain expires:             31-Jul-2027
"""
EU = """
% The WHOIS service offered by EURid
Domain: shop.eu
Script: LATIN

Registrant:
        NOT DISCLOSED!
        Visit www.eurid.eu for the web-based WHOIS.

Technical:
        Organisation: Somebody Else
        Language: en

Registrar:
        Name: Some Registrar
        Website: https://registrar.example

Name servers:
        ns-1.awsdns-01.com
        ns-2.awsdns-02.net

Please visit www.eurid.eu for more info.
"""
HK = """
Domain Name:  SHOP.HK

Domain Status: Active

Registrar Name: Some Registrar Limited

Registrar Contact Information: Email: hotline@registrar.example

Registrant Contact Information:

Company English Name (It should be the same as the registered/corporation name): SHOP LIMITED

Domain Name Commencement Date: 29-06-2004
Country: HK
Expiry Date: 01-05-2027

Name Servers Information:

NS-1.AWSDNS-01.COM
NS-2.AWSDNS-02.NET

Status Information:
"""
HU = """
% Whois server 4.0 serving the hu ccTLD

domain:         shop.hu
record created: 2000-01-01 01:02:03
Tovabbi adatokert ld.:
https://www.domain.hu/domain-kereses/
"""
IL = """
query:        shop.co.il

reg-name:     shop
domain:       shop.co.il

descr:        Shop
nserver:      ns-1.awsdns-01.com
nserver:      ns-2.awsdns-02.net
validity:     01-01-2027
DNSSEC:       unsigned
status:       Transfer Locked
changed:      registrar AT registrar.example 20010101 (Assigned)

registrar name: Some Registrar Ltd
registrar info: https://registrar.example
"""
IT = """
Domain:             shop.it
Status:             clientHold
Signed:             no
Created:            2000-01-01 00:00:00
Last Update:        2026-01-17 00:50:22
Expire Date:        2027-01-01

Registrant
  Organization:     Shop S.r.l.
  Created:          2007-03-01 10:28:08

Registrar
  Organization:     Some Registrar s.p.a.
  Name:             SOME-REG
  Web:              https://registrar.example

Nameservers
  ns-1.awsdns-01.com
  ns-2.awsdns-02.net
"""
MX = """
Domain Name:       shop.mx

Created On:        2009-05-12
Expiration Date:   2027-05-11
Last Updated On:   2026-05-06
Registrar:         Some Registrar

Registrant:
   Name:           Shop
   City:           Ciudad de Mexico

Name Servers:
   DNS:            ns-1.awsdns-01.com
   DNS:            ns-2.awsdns-02.net
"""
MY = """
Welcome to .my DOMAIN REGISTRY Whois Server

a [Domain Name]                    SHOP.COM.MY
b [Registration No.]               D1A000001
c [Record Created]                 27-MAY-1999
d [Record Expired]                 27-MAY-2027
e [Record Last Modified]           22-MAY-2026
i [Primary Name Server]
   ns-1.awsdns-01.com
j [Secondary Name Server]
   ns-2.awsdns-02.net
"""
PL = """
DOMAIN NAME:           shop.pl
registrant type:       organization
nameservers:           ns-1.awsdns-01.com.
                       ns-2.awsdns-02.net. [192.0.2.2]
created:               1995.01.01 12:00:00
last modified:         2026.01.01 10:00:00
renewal date:          2027.01.01 13:00:00

REGISTRAR:
Some Registrar sp. z o.o.
ul. Jasna 1
"""
PT = """
Domain: shop.pt
Domain Status: Registered
Creation Date: 08/11/2000 00:00:00
Expiration Date: 30/11/2027 23:59:00
Owner Name: Shop
Name Server: ns-1.awsdns-01.com | IPv4:  and IPv6:
Name Server: ns-2.awsdns-02.net | IPv4:  and IPv6:
"""
SE = """
state:            active
domain:           shop.se
created:          2003-08-27
modified:         2026-08-27
expires:          2027-10-20
nserver:          ns-1.awsdns-01.com
nserver:          ns-2.awsdns-02.net 192.0.2.2
dnssec:           unsigned delegation
status:           ok
registrar:        Some Registrar AB
"""
TR = """
** Domain Name: shop.com.tr
Domain Status: Active
Frozen Status: -

** Registrant:
   Shop A.S.
   Hidden upon user request

** Registrar:
NIC Handle\t\t: sr1
Organization Name\t: Some Registrar A.S.
Address\t\t: Istanbul

** Domain Servers:
ns-1.awsdns-01.com
ns-2.awsdns-02.net 192.0.2.2

** Additional Info:
Created on..............: 2001-Aug-23.
Expires on..............: 2027-Aug-22.
"""
UA = """
% This is the Ukrainian Whois query server #I.
domain:           shop.com.ua
dom-public:       NO
nserver:          ns-1.awsdns-01.com
nserver:          ns-2.awsdns-02.net
status:           ok
created:          2002-12-04 00:00:00+02
modified:         2026-11-03 10:58:28+02
expires:          2027-12-04 00:00:00+02
source:           UAEPP

% Registrar:
registrar:        ua.some
organization:     Some Registrar
"""
UK = """
    Domain name:
        shop.co.uk

    Registrar:
        Some Registrar Ltd [Tag = SOME]
        URL: https://registrar.example

    Relevant dates:
        Registered on: 14-Feb-1996
        Expiry date:  05-Dec-2027
        Last updated:  28-Nov-2026

    Registration status:
        Registered until expiry date.

    Name servers:
        ns-1.awsdns-01.com
        ns-2.awsdns-02.net        192.0.2.2
"""
TWO = ("ns-1.awsdns-01.com", "ns-2.awsdns-02.net")


def day(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "domain", "registrar", "names", "created", "expires"),
    [
        (AT, "shop.at", "Some Registrar GmbH", TWO, None, None),
        (BE, "shop.be", "Some Registrar nv", (TWO[0], "ns.shop.be"), day(2000, 12, 12), None),
        (CN, "shop.cn", "Some Registrar Co., Ltd.", TWO, day(2003, 3, 17, 12, 20, 5), day(2027, 3, 17, 12, 48, 36)),
        (DK, "shop.dk", "Some Registrar ApS", TWO, day(1999, 1, 1), day(2027, 3, 31)),
        (EDU, "shop.edu", "", TWO, day(1985, 10, 4), day(2027, 7, 31)),
        (EU, "shop.eu", "Some Registrar", TWO, None, None),
        (HK, "shop.hk", "Some Registrar Limited", TWO, day(2004, 6, 29), day(2027, 5, 1)),
        (HU, "shop.hu", "", (), day(2000, 1, 1, 1, 2, 3), None),
        (IL, "shop.co.il", "Some Registrar Ltd", TWO, None, day(2027, 1, 1)),
        (IT, "shop.it", "Some Registrar s.p.a.", TWO, day(2000, 1, 1), day(2027, 1, 1)),
        (MX, "shop.mx", "Some Registrar", TWO, day(2009, 5, 12), day(2027, 5, 11)),
        (MY, "shop.com.my", "", TWO, day(1999, 5, 27), day(2027, 5, 27)),
        (PL, "shop.pl", "Some Registrar sp. z o.o.", TWO, day(1995, 1, 1, 12), day(2027, 1, 1, 13)),
        (PT, "shop.pt", "", TWO, day(2000, 11, 8), day(2027, 11, 30, 23, 59)),
        (SE, "shop.se", "Some Registrar AB", TWO, day(2003, 8, 27), day(2027, 10, 20)),
        (TR, "shop.com.tr", "Some Registrar A.S.", TWO, day(2001, 8, 23), day(2027, 8, 22)),
        (UA, "shop.com.ua", "ua.some", TWO, day(2002, 12, 3, 22), day(2027, 12, 3, 22)),
        (UK, "shop.co.uk", "Some Registrar Ltd [Tag = SOME]", TWO, day(1996, 2, 14), day(2027, 12, 5)),
    ],
    ids=lambda one: one if isinstance(one, str) and one.startswith("shop.") else "",
)
def test_a_registration_is_read(
    text: str,
    domain: str,
    registrar: str,
    names: tuple[str, ...],
    created: datetime | None,
    expires: datetime | None,
) -> None:
    for written in (text, text.replace("\n", "\r\n")):
        found = read_whois(written, domain, "whois.example:43")
        assert found is not None
        assert found.registered
        assert (found.registrar, found.nameservers) == (registrar, names)
        assert (found.created, found.expires) == (created, expires)


def test_statuses_are_those_that_say_something() -> None:
    def statuses(text: str, domain: str) -> tuple[str, ...]:
        found = read_whois(text, domain, "whois.example:43")
        return found.statuses if found else ("unread",)

    assert statuses(BE, "shop.be") == ("client transfer prohibited",)
    assert statuses(IT, "shop.it") == ("client hold",)
    assert statuses(PT, "shop.pt") == ()
    assert statuses(SE, "shop.se") == ("active",)
    assert statuses(DK, "shop.dk") == ("active",)


@pytest.mark.parametrize(
    ("domain", "text"),
    [
        ("shop.at", "% nothing found"),
        ("shop.be", "Domain:\tshop.be\nStatus:\tAVAILABLE\n\nPlease visit www.dnsbelgium.be for more info."),
        ("shop.bg", "Domain name shop.bg does not exist in database!"),
        ("shop.bg", "DOMAIN NAME: shop.bg\nregistration status: available"),
        ("shop.cl", "shop.cl: no entries found."),
        ("shop.cn", "No matching record."),
        ("shop.cz", "%ERROR:101: no entries found\n%\n% No entries found."),
        ("shop.dk", "# Hello\nNo entries found for the selected source.\n"),
        ("shop.edu", "NO MATCH: shop.edu"),
        ("shop.eu", "Domain: shop.eu\nScript: LATIN\n\nStatus: AVAILABLE\n"),
        ("shop.hk", "The domain has not been registered."),
        ("shop.hu", "% Whois server 4.0 serving the hu ccTLD\n\nNincs talalat / No match\n"),
        ("shop.ie", "Not found: shop.ie"),
        ("shop.co.il", "% No data was found to match the request criteria."),
        ("shop.it", "Domain:             shop.it\nStatus:             AVAILABLE\n"),
        ("shop.mx", "No_Se_Encontro_El_Objeto/Object_Not_Found\n"),
        ("shop.my", "Domain Name [shop.my] does not exist in database"),
        ("shop.nl", "shop.nl is free"),
        ("shop.pl", "No information available about domain name shop.pl in the Registry NASK database."),
        ("shop.pt", "shop.pt - No Match"),
        ("shop.se", 'domain "shop.se" not found.'),
        ("shop.com.tr", "** Registrant:\n\n% No match found for shop.com.tr"),
        ("shop.tw", "No Found"),
        ("shop.com.ua", "% No entries found for domain shop.com.ua\n"),
    ],
)
def test_a_clear_no_is_read(domain: str, text: str) -> None:
    said_no = Registration(domain=domain, source="whois", server="whois.example:43", registered=False)
    assert read_whois(text, domain, "whois.example:43") == said_no


@pytest.mark.parametrize(
    "text",
    [
        "% Quota exceeded",
        "% Maximum queries per hour reached",
        "% Excessive querying, grace period of 10 s",
        "-3: IP address blocked",
        "Your access is too fast, please try again later.",
        "You have exceeded the allowed number of queries",
        "Queries exceeded, please wait",
        "Number of allowed queries exceeded.",
        "WHOIS LIMIT EXCEEDED - SEE WWW.PIR.ORG/WHOIS FOR DETAILS",
    ],
)
def test_who_is_asked_too_often_says_so(text: str) -> None:
    assert read_whois(text, "shop.be", "whois.example:43") is None
    assert THROTTLED.search(text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("20260105 12:00:00", day(2026, 1, 5, 12)),
        ("Tue Dec 12 2000", day(2000, 12, 12)),
        ("29-06-2004", day(2004, 6, 29)),
        ("30/11/2027 23:59:00", day(2027, 11, 30, 23, 59)),
        ("31.8.2027 00:00:00", day(2027, 8, 31)),
        ("2001-Aug-23.", day(2001, 8, 23)),
        ("27-MAY-1999", day(1999, 5, 27)),
        ("2002-12-04 00:00:00+02", day(2002, 12, 3, 22)),
        ("11/30/2027", None),
        ("12-12-12", None),
        ("29.06/2004", None),
        ("Tue Foo 12 2000", None),
        ("01-Foo-2000", None),
    ],
)
def test_a_date_is_read_in_every_order(text: str, date: datetime | None) -> None:
    assert read_date(text) == date


def test_a_contacts_words_are_not_the_domains() -> None:
    """What stands below another heading says nothing of the domain: a contact's own domain, a reseller's name."""
    text = "Domain: shop.it\nStatus: ok\nCreated: 2000-01-01\n\nAdmin Contact\n  Name: Registrar\n  other.example\n"
    found = read_whois(text, "shop.it", "whois.nic.it:43")
    assert found is not None
    assert (found.registrar, found.nameservers) == ("", ())

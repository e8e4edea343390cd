"""The overview's figures in hand-written SQL: what the database alone needs for them."""

import statistics
import time
from datetime import date

LATEST_STATE = """SELECT item_id, state, "on",
    row_number() OVER (PARTITION BY item_id ORDER BY "on" DESC, id DESC) AS n
    FROM tasklists_statechange WHERE "on" <= %(day)s"""
LATEST_REPORT = """SELECT assignment_id, period, percent, status,
    row_number() OVER (PARTITION BY assignment_id ORDER BY period DESC) AS n
    FROM tasklists_progressreport WHERE state = 'approved' AND approved_on <= %(day)s"""
REACHED = """SELECT project_id FROM projects_stagechange WHERE stage = '{}' GROUP BY project_id
    HAVING min("on") BETWEEN %(first)s AND %(day)s"""
QUERIES = (
    # items by list, aspect and state
    f"""SELECT i.task_list_id, i.aspect_id, coalesce(s.state, 'open'), count(*) FROM tasklists_taskitem i
    LEFT JOIN ({LATEST_STATE}) s ON s.item_id = i.id AND s.n = 1 WHERE i.assigned_on <= %(day)s GROUP BY 1, 2, 3""",
    # open items by deadline, progress and last month: what the lights are decided from
    f"""SELECT i.due_on, i.assigned_on, min(coalesce(r.percent, 0)), min(coalesce(r.period, '')), count(*)
    FROM tasklists_taskitem i JOIN tasklists_assignment a ON a.item_id = i.id AND a.decides
    LEFT JOIN ({LATEST_REPORT}) r ON r.assignment_id = a.id AND r.n = 1 GROUP BY i.id, i.due_on, i.assigned_on""",
    # closings by month
    f"""SELECT substr(cast("on" AS varchar), 1, 7), count(*) FROM ({LATEST_STATE}) s
    WHERE n = 1 AND state = 'closed' GROUP BY 1""",
    # parts per organisation, done and all
    f"""SELECT a.organisation_id, count(*), sum(CASE WHEN s.state = 'closed' OR a.completed_on <= %(day)s
    THEN 1 ELSE 0 END) FROM tasklists_assignment a LEFT JOIN ({LATEST_STATE}) s ON s.item_id = a.item_id AND s.n = 1
    WHERE a.role IN ('lead', 'responsible') GROUP BY 1""",
    # projects signed and started this year, by county
    *(
        f"""SELECT county_id, count(*), sum(total_investment) FROM projects_project
    WHERE origin_province IN ('北京市', '天津市', '河北省') AND id IN ({REACHED.format(stage)}) GROUP BY 1"""
        for stage in ("signed", "started")
    ),
    # verified money of the year, by county and month
    *(
        f"""SELECT p.county_id, e.month, count(*), sum(e.amount) FROM {table} e
    JOIN projects_project p ON p.id = e.project_id WHERE p.origin_province IN ('北京市', '天津市', '河北省')
    AND e.state = 'city_verified' AND e.city_verified_on <= %(day)s AND e.month BETWEEN '2023-01' AND '2023-12'
    GROUP BY 1, 2"""
        for table in ("projects_fundentry", "projects_investmententry")
    ),
)


def raw_sql_ms(day: date, times: int = 5) -> float:
    """Return the median milliseconds that all queries together take, rows fetched."""
    from django.db import connection

    values = {"day": day, "first": date(day.year, 1, 1)}
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        with connection.cursor() as cursor:
            for query in QUERIES:
                cursor.execute(query, values)
                cursor.fetchall()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)

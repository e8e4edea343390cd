"""Who may do what: one table of roles and actions, asked by views, templates and tests alike.

An object that a user may not see answers 404; one that is visible but not theirs to act on, 403.
"""

LEADER = "leader"
COORDINATOR = "coordinator"
DEPARTMENT_REPORTER = "dept_reporter"
COUNTY_REPORTER = "county_reporter"
REVIEWER = "reviewer"
SYSTEM_ADMIN = "sysadmin"
SECURITY_ADMIN = "secadmin"
AUDITOR = "auditor"

ROLE_NAMES = {
    LEADER: "领导",
    COORDINATOR: "协调办",
    DEPARTMENT_REPORTER: "部门填报员",
    COUNTY_REPORTER: "县市区填报员",
    REVIEWER: "单位审核人",
    SYSTEM_ADMIN: "系统管理员",
    SECURITY_ADMIN: "安全管理员",
    AUDITOR: "审计员",
}

ROLE_ACTIONS = {
    LEADER: {"view", "publish"},
    COORDINATOR: {"view", "review", "supervise", "verify", "close"},
    DEPARTMENT_REPORTER: {"view", "report"},
    COUNTY_REPORTER: {"view", "report"},
    REVIEWER: {"view", "review"},
    SYSTEM_ADMIN: {"administer"},
    SECURITY_ADMIN: {"secure"},
    AUDITOR: {"audit"},
}

OFFICERS = {SYSTEM_ADMIN, SECURITY_ADMIN, AUDITOR}
NEEDS_SECOND_FACTOR = OFFICERS | {REVIEWER}
SEES_EVERY_ORGANISATION = {LEADER, COORDINATOR}
SEES_OWN_ORGANISATION = {DEPARTMENT_REPORTER, COUNTY_REPORTER, REVIEWER}


def allowed_actions(user) -> set[str]:
    """Return what this user's role may do; nothing for someone not signed in or switched off."""
    if not user.is_authenticated or not user.is_active:
        return set()
    return ROLE_ACTIONS.get(user.role, set())


def may(user, action: str) -> bool:
    return action in allowed_actions(user)

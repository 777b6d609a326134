//! Who may do what: one table.

/// What a person is here for. An enforcement role does not exist, on purpose (domain rule 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Decides on and configures payments and credit.
    IncomeOfficer,
    /// Guides households: alerts, living money, tranches.
    BudgetCoach,
    /// Payment files out, bank statements in.
    Finance,
    /// Users and policy; sees no household.
    Administrator,
    /// Reads everything, changes nothing.
    Auditor,
}

/// Something a person may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// See households with their plan, payments and credit.
    SeeHouseholds,
    /// See alerts.
    SeeAlerts,
    /// See payment runs, with what they pay to whom.
    SeeRuns,
    /// Approve a payment run, as the second person.
    ApproveRun,
    /// See payment files and bank statements.
    SeeBank,
    /// See whole account numbers of payees and clients.
    SeeAccounts,
    /// Give a bank statement to the system.
    ImportStatement,
    /// Say what an entry is that nothing of ours explains, and undo that.
    ExplainEntries,
    /// Say that our own account carries what the bank refused for want of money.
    ConfirmCover,
    /// See the money of households that waits: what came back and what came in.
    SeeSuspense,
    /// Record a household, a decision or an obligation.
    RecordFacts,
    /// See payees, with the state of their accounts.
    SeePayees,
    /// Record a payee or an account, a call-back or the answer of a bank on a name.
    RecordPayee,
    /// Approve an account as the second person, or decide on a name that does not match.
    ApprovePayee,
    /// Record what a tranche was spent on, and that a task was done.
    RecordCoaching,
    /// Let the day's work be done: propose runs, make files, raise alerts.
    WorkDay,
    /// Start or end a session of one's own.
    SignIn,
    /// See the policy of the municipality.
    SeePolicy,
    /// Propose a policy.
    ProposePolicy,
    /// Approve a policy, as the second person.
    ApprovePolicy,
    /// Add a person with a sign-in, or change the municipality's own accounts.
    Administer,
}

impl Role {
    /// Every role.
    pub const ALL: [Role; 5] =
        [Role::IncomeOfficer, Role::BudgetCoach, Role::Finance, Role::Administrator, Role::Auditor];

    /// The code by which the role is stored and given on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Role::IncomeOfficer => "income_officer",
            Role::BudgetCoach => "budget_coach",
            Role::Finance => "finance",
            Role::Administrator => "administrator",
            Role::Auditor => "auditor",
        }
    }

    /// The role with this code.
    ///
    /// ```
    /// use grip_engine::access::Role;
    /// assert_eq!(Role::from_code("budget_coach"), Some(Role::BudgetCoach));
    /// assert_eq!(Role::from_code("handhaving"), None);
    /// ```
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// True when somebody in this role may do this.
    pub fn may(self, action: Action) -> bool {
        use Action::{
            Administer, ApprovePayee, ApprovePolicy, ApproveRun, ConfirmCover, ExplainEntries,
            ImportStatement, ProposePolicy, RecordCoaching, RecordFacts, RecordPayee, SeeAccounts, SeeAlerts,
            SeeBank, SeeHouseholds, SeePayees, SeePolicy, SeeRuns, SeeSuspense, SignIn, WorkDay,
        };
        if matches!(action, SignIn | SeePolicy) {
            return true;
        }
        match self {
            Role::IncomeOfficer => {
                matches!(
                    action,
                    SeeHouseholds
                        | SeeAlerts
                        | SeeRuns
                        | SeeAccounts
                        | SeeSuspense
                        | ApproveRun
                        | SeePayees
                        | RecordPayee
                        | ApprovePayee
                        | RecordFacts
                        | RecordCoaching
                        | WorkDay
                )
            }
            Role::BudgetCoach => matches!(action, SeeHouseholds | SeeAlerts | RecordCoaching),
            Role::Finance => {
                matches!(
                    action,
                    SeeRuns
                        | SeeAccounts
                        | ApproveRun
                        | SeePayees
                        | RecordPayee
                        | ApprovePayee
                        | SeeBank
                        | ImportStatement
                        | ConfirmCover
                        | ExplainEntries
                        | SeeSuspense
                        | WorkDay
                )
            }
            Role::Administrator => matches!(action, Administer | ProposePolicy | ApprovePolicy),
            Role::Auditor => {
                matches!(action, SeeHouseholds | SeeAlerts | SeeRuns | SeePayees | SeeBank | SeeSuspense)
            }
        }
    }
}

//! The states of a payment: planned, approved, instructed, sent, accepted, settled; and the four ways out.

/// Where a payment stands. It moves forward only; after a way out it never moves again, and another attempt is another
/// payment that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaymentState {
    /// A line of a run that nobody approved yet.
    Planned,
    /// A second person approved it.
    Approved,
    /// It stands in a file of which the bytes are kept.
    Instructed,
    /// The file was offered to the bank.
    Sent,
    /// The bank said that it takes it on. Nothing is paid by that.
    Accepted,
    /// The bank booked it on a statement. Nothing else settles.
    Settled,
    /// The bank refused it before it was booked.
    Rejected,
    /// The bank of the payee sent it back after it was booked.
    Returned,
    /// It came back because we asked for it.
    Recalled,
    /// It was never sent, was taken back before the bank executed it, or was booked on the due of another.
    Cancelled,
}

use PaymentState::{
    Accepted, Approved, Cancelled, Instructed, Planned, Recalled, Rejected, Returned, Sent, Settled,
};

impl PaymentState {
    /// Every state.
    pub const ALL: [PaymentState; 10] =
        [Planned, Approved, Instructed, Sent, Accepted, Settled, Rejected, Returned, Recalled, Cancelled];

    /// The code by which it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Planned => "planned",
            Approved => "approved",
            Instructed => "instructed",
            Sent => "sent",
            Accepted => "accepted",
            Settled => "settled",
            Rejected => "rejected",
            Returned => "returned",
            Recalled => "recalled",
            Cancelled => "cancelled",
        }
    }

    /// The state with this code.
    pub fn from_code(code: &str) -> Option<PaymentState> {
        PaymentState::ALL.into_iter().find(|state| state.code() == code)
    }

    /// True when the money left and came back, or was set free because the bank refused: it waits as returned money.
    pub fn came_back(self) -> bool {
        matches!(self, Rejected | Returned | Recalled)
    }

    /// True when a payment may go from here to there.
    ///
    /// ```
    /// use grip_engine::bank::state::PaymentState::{Accepted, Rejected, Sent, Settled};
    /// assert!(Sent.may_become(Accepted) && Accepted.may_become(Rejected));
    /// assert!(!Settled.may_become(Accepted) && !Rejected.may_become(Settled));
    /// ```
    pub fn may_become(self, next: PaymentState) -> bool {
        match self {
            Planned => matches!(next, Approved),
            Approved => matches!(next, Instructed | Cancelled),
            Instructed => matches!(next, Sent | Accepted | Settled | Rejected | Cancelled),
            Sent => matches!(next, Accepted | Settled | Rejected | Cancelled),
            Accepted => matches!(next, Settled | Rejected | Cancelled),
            Settled => matches!(next, Returned | Recalled | Cancelled),
            Rejected | Returned | Recalled | Cancelled => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_has_a_code_of_its_own() {
        for state in PaymentState::ALL {
            assert_eq!(PaymentState::from_code(state.code()), Some(state));
        }
        assert_eq!(PaymentState::from_code("paid"), None);
    }

    #[test]
    fn a_state_only_moves_forward_and_a_failed_payment_never_moves() {
        for from in PaymentState::ALL {
            for to in PaymentState::ALL {
                let forward = from.may_become(to);
                assert!(!(forward && to <= from), "{from:?} {to:?}");
                let failed = matches!(from, Rejected | Returned | Recalled | Cancelled);
                assert!(!(forward && failed), "{from:?} {to:?}");
            }
        }
    }

    #[test]
    fn only_what_was_offered_can_settle_and_only_what_settled_can_come_back() {
        let before = |state: PaymentState| {
            PaymentState::ALL.into_iter().filter(|from| from.may_become(state)).collect::<Vec<_>>()
        };
        assert_eq!(before(Settled), [Instructed, Sent, Accepted]);
        assert_eq!(before(Returned), [Settled]);
        assert_eq!(before(Recalled), [Settled]);
        assert_eq!(before(Rejected), [Instructed, Sent, Accepted]);
    }
}

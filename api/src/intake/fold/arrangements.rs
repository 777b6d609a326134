//! Facts about the window: decisions, consent, an early end.

use grip_engine::calendar::Period;
use grip_engine::household::arrangement::{
    Extension, ExtensionKind, Variant, WindowDecision, WindowEnd, WindowEndReason,
};
use grip_engine::obligation::CostKind;
use grip_engine::relief::ReliefWindow;

use super::{Folded, unknown};
use crate::intake::event::{ExtensionIn, ExtensionRevokedIn, WindowDecisionIn, WindowEndIn};
use crate::intake::value::{code, day, period, said};
use crate::intake::{EventIn, IntakeError};

impl Folded {
    pub(super) fn add_arrangement(&mut self, event: &EventIn) -> Result<(), IntakeError> {
        let EventIn { window_decision, extension, extension_revoked, window_end, .. } = event;
        if let Some(file) = window_decision {
            self.window_decision(file)?;
        }
        if let Some(file) = extension {
            self.extension(file)?;
        }
        if let Some(file) = extension_revoked {
            self.extension_revoked(file)?;
        }
        if let Some(file) = window_end {
            self.window_end(file)?;
        }
        Ok(())
    }

    fn window_decision(&mut self, file: &WindowDecisionIn) -> Result<(), IntakeError> {
        let decision = WindowDecision {
            member: self.member_id(&file.member)?,
            from: day("from", &file.from)?,
            variant: variant(file)?,
            reason: said("reason", &file.reason)?,
            ground: said("ground", &file.ground)?,
            reference: file.reference.clone(),
            decided_by: said("decided_by", &file.decided_by)?,
            review_on: day("review_on", &file.review_on)?,
        };
        if decision.review_on < decision.from {
            let (review_on, from) = (decision.review_on, decision.from);
            return Err(IntakeError::new(
                format!("the review on {review_on} comes before the first day {from}"),
                format!("de herbeoordeling op {review_on} ligt voor de eerste dag {from}"),
            ));
        }
        self.household.window_decisions.push(decision);
        Ok(())
    }

    fn extension(&mut self, file: &ExtensionIn) -> Result<(), IntakeError> {
        let codes = ExtensionKind::ALL.map(ExtensionKind::code).join(", ");
        let extension = Extension {
            member: file.member.as_deref().map(|name| self.member_id(name)).transpose()?,
            kind: code("kind", &file.kind, ExtensionKind::from_code(&file.kind), &codes)?,
            reference: file.reference.clone(),
            period: period("from", &file.from, Some(&file.until))?,
        };
        self.household.extensions.push(extension);
        Ok(())
    }

    fn extension_revoked(&mut self, file: &ExtensionRevokedIn) -> Result<(), IntakeError> {
        let last_day = day("last_day", &file.last_day)?;
        let extensions = &mut self.household.extensions;
        let place = extensions.iter().position(|known| known.reference == file.reference);
        let place = place.ok_or_else(|| unknown("extension", &file.reference))?;
        match Period::new(extensions[place].period.from(), Some(last_day)) {
            Ok(period) => extensions[place].period = period,
            // it never began
            Err(_) => drop(extensions.remove(place)),
        }
        Ok(())
    }

    fn window_end(&mut self, file: &WindowEndIn) -> Result<(), IntakeError> {
        let codes = WindowEndReason::ALL.map(WindowEndReason::code).join(", ");
        let end = WindowEnd {
            member: self.member_id(&file.member)?,
            last_day: day("last_day", &file.last_day)?,
            reason: code("reason", &file.reason, WindowEndReason::from_code(&file.reason), &codes)?,
            reference: file.reference.clone(),
        };
        let member = self.household.member(end.member);
        let window = member.and_then(|member| ReliefWindow::of(&self.household, member));
        if let Some(start) = window.map(ReliefWindow::start).filter(|start| end.last_day < *start) {
            let last_day = end.last_day;
            return Err(IntakeError::new(
                format!("the window ends before it starts: on {last_day}, and it starts on {start}"),
                format!("de ontzorgperiode eindigt voor zij begint: op {last_day}, en zij begint op {start}"),
            ));
        }
        self.household.window_ends.push(end);
        Ok(())
    }
}

fn variant(file: &WindowDecisionIn) -> Result<Variant, IntakeError> {
    let costs = file.costs.as_deref();
    match (file.variant.as_str(), costs) {
        ("full", None) => Ok(Variant::Full),
        ("assisted_self_pay", None) => Ok(Variant::AssistedSelfPay),
        ("not_applicable", None) => Ok(Variant::NotApplicable),
        ("partial", Some(codes)) if !codes.is_empty() => {
            let known = CostKind::ALL.map(CostKind::code).join(", ");
            let kind = |text: &String| code("costs", text, CostKind::from_code(text), &known);
            Ok(Variant::Partial(codes.iter().map(kind).collect::<Result<_, _>>()?))
        }
        ("partial", _) => Err(IntakeError::new(
            "the variant `partial` needs the kinds of cost as `costs`",
            "de variant `partial` vraagt de soorten kosten als `costs`",
        )),
        ("full" | "assisted_self_pay" | "not_applicable", Some(_)) => Err(IntakeError::new(
            format!("the variant `{}` has no `costs`", file.variant),
            format!("de variant `{}` heeft geen `costs`", file.variant),
        )),
        (text, _) => code("variant", text, None, "full, partial, assisted_self_pay, not_applicable"),
    }
}

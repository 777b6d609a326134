//! One payee or client as somebody who is paid: the versions of the account, what was done to check them, and the forms
//! to do the next thing.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use grip_engine::access::Action;
use grip_engine::bank::address::PostalAddress;
use grip_engine::calendar::dutch_day;
use grip_engine::explain;
use grip_engine::id::{CreditorAccountId, NameCheckId, PayeeId};
use grip_engine::obligation::CostKind;
use grip_engine::payee::{Creditor, CreditorAccount, Deed, NameCheck, NameOutcome, Stage};
use serde::Deserialize;
use uuid::Uuid;

use super::frame::{Frame, Visit};
use super::message::Failure;
use super::payees::about;
use super::{page, words};
use crate::auth::grant::Actor;
use crate::flow::FlowError;
use crate::flow::payees::{self, AccountGiven, AddressGiven, AnswerGiven, CallBackGiven, Use};

#[derive(Template)]
#[template(path = "payee.html")]
struct Payee {
    frame: Frame,
    id: Uuid,
    name: String,
    about: String,
    household: Option<Uuid>,
    is_client: bool,
    waits: Option<String>,
    error: Option<String>,
    accounts: Vec<AccountView>,
    uses: Vec<UseView>,
    address: AddressForm,
    /// What to know about the address, if anything.
    address_note: Option<&'static str>,
    sees_households: bool,
    may_record: bool,
    today: NaiveDate,
}

#[derive(Template)]
#[template(path = "payee_new.html")]
struct New {
    frame: Frame,
    error: Option<String>,
    filled: NewAccount,
}

/// A version of an account on the page.
struct AccountView {
    id: Uuid,
    iban: String,
    holder: String,
    from: String,
    state: &'static str,
    stage: Stage,
    recorded: String,
    called: Option<String>,
    approved: Option<String>,
    withdrawn: Option<String>,
    bounced: Option<String>,
    checks: Vec<CheckView>,
    /// A call-back can be recorded.
    takes_call: bool,
    /// This person may approve it now.
    may_approve: bool,
    /// Why this person cannot approve it.
    barred: Option<&'static str>,
}

/// An answer of a bank on the page.
struct CheckView {
    id: Uuid,
    words: String,
    decision: Option<String>,
    /// This person may decide.
    may_decide: bool,
}

struct UseView {
    household: Uuid,
    number: String,
    what: String,
}

/// The form of an account.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct NewAccount {
    #[serde(default)]
    naam: String,
    #[serde(default)]
    rekening: String,
    #[serde(default)]
    houder: String,
    #[serde(default)]
    vanaf: String,
    #[serde(default)]
    verzoek: String,
}

/// The form of an address.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct AddressForm {
    straat: String,
    huisnummer: String,
    postcode: String,
    plaats: String,
    land: String,
}

/// What to know about a payee whose bank may ask for an address.
const ABROAD: &str =
    "De bank van deze ontvanger ligt buiten de Europese Economische Ruimte en kan om een adres vragen.";

/// The form of a call-back.
#[derive(Debug, Deserialize)]
pub(super) struct Called {
    met: String,
    nummer: String,
    bekend: String,
    dag: String,
}

/// The form of an answer of a bank.
#[derive(Debug, Deserialize)]
pub(super) struct Answered {
    uitkomst: String,
    naam: String,
    bron: String,
    dag: String,
}

/// The form of a decision or a withdrawal.
#[derive(Debug, Deserialize)]
pub(super) struct Said {
    #[serde(default)]
    betalen: String,
    grond: String,
}

type Sent<T> = Result<Form<T>, FormRejection>;

/// `GET /ontvangers/{id}`.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    visit.allow(Action::SeePayees).await?;
    let id = id_in(&visit, &id)?;
    Ok(page(StatusCode::OK, &read(visit, id, None).await?))
}

/// `GET /ontvangers/nieuw`.
pub(super) async fn new(visit: Visit) -> Result<Response, Failure> {
    visit.allow(Action::RecordPayee).await?;
    let (error, filled) = (None, NewAccount::default());
    Ok(page(StatusCode::OK, &New { frame: visit.frame, error, filled }))
}

/// `POST /ontvangers`.
pub(super) async fn add(visit: Visit, sent: Sent<NewAccount>) -> Result<Response, Failure> {
    let grant = visit.allow(Action::RecordPayee).await?;
    let filled = form(&visit, sent)?;
    let account = given(&filled).map_err(FlowError::from);
    let added = match account {
        Ok(account) => payees::add_payee(&visit.app.store, &grant, &filled.naam, &account).await,
        Err(error) => Err(error),
    };
    match added {
        Ok(id) => Ok(Redirect::to(&format!("/ontvangers/{id}")).into_response()),
        Err(error) => {
            let error = Some(refusal(&error).ok_or(error)?);
            Ok(page(StatusCode::BAD_REQUEST, &New { frame: visit.frame, error, filled }))
        }
    }
}

/// `POST /ontvangers/{id}/rekeningen`.
pub(super) async fn add_account(
    visit: Visit,
    Path(id): Path<String>,
    sent: Sent<NewAccount>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::RecordPayee).await?;
    let (id, filled) = (id_in(&visit, &id)?, form(&visit, sent)?);
    let found = payees::one(&mut visit.app.store.read().await?, id, visit.today).await?;
    let creditor = found.ok_or_else(|| visit.not_found())?.0.creditor;
    let added = match given(&filled) {
        Ok(account) => payees::add_account(&visit.app.store, &grant, creditor, &account).await.map(drop),
        Err(error) => Err(error.into()),
    };
    done(visit, id, added).await
}

/// `POST /ontvangers/{id}/adres`: an address, or none when the form is empty.
pub(super) async fn set_address(
    visit: Visit,
    Path(id): Path<String>,
    sent: Sent<AddressForm>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::RecordPayee).await?;
    let (id, form) = (id_in(&visit, &id)?, form(&visit, sent)?);
    let AddressForm { straat: street, huisnummer: number, postcode, plaats: town, land: country } = form;
    let parts = [&street, &number, &postcode, &town, &country];
    let is_given = parts.into_iter().any(|part| !part.trim().is_empty());
    let given = is_given.then_some(AddressGiven { street, number, postcode, town, country });
    match payees::set_address(&visit.app.store, &grant, PayeeId(id), given.as_ref()).await {
        Err(error @ FlowError::NotFound { .. }) => Err(missing(&visit, error)),
        done_so_far => done(visit, id, done_so_far).await,
    }
}

/// `POST /rekeningen/{id}/terugbellen`.
pub(super) async fn call_back(
    visit: Visit,
    Path(id): Path<String>,
    sent: Sent<Called>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::RecordPayee).await?;
    let (account, called) = (account_in(&visit, &id)?, form(&visit, sent)?);
    let owner = owner(&visit, account).await?;
    let recorded = match day(&called.dag, visit.today) {
        Ok(on) => {
            let Called { met: person, nummer: number, bekend: known_from, .. } = called;
            let call = CallBackGiven { person, number, known_from, on, by: None };
            payees::call_back(&visit.app.store, &grant, account, &call).await
        }
        Err(error) => Err(error.into()),
    };
    done(visit, owner, recorded).await
}

/// `POST /rekeningen/{id}/goedkeuringen`.
pub(super) async fn approve(visit: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ApprovePayee).await?;
    let account = account_in(&visit, &id)?;
    let owner = owner(&visit, account).await?;
    let approved = payees::approve(&visit.app.store, &grant, account).await;
    done(visit, owner, approved).await
}

/// `POST /rekeningen/{id}/intrekkingen`.
pub(super) async fn withdraw(
    visit: Visit,
    Path(id): Path<String>,
    sent: Sent<Said>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::RecordPayee).await?;
    let (account, said) = (account_in(&visit, &id)?, form(&visit, sent)?);
    let owner = owner(&visit, account).await?;
    let withdrawn = payees::withdraw(&visit.app.store, &grant, account, &said.grond).await;
    done(visit, owner, withdrawn).await
}

/// `POST /rekeningen/{id}/naamcontroles`.
pub(super) async fn check_name(
    visit: Visit,
    Path(id): Path<String>,
    sent: Sent<Answered>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::RecordPayee).await?;
    let (account, answered) = (account_in(&visit, &id)?, form(&visit, sent)?);
    let owner = owner(&visit, account).await?;
    let Some(outcome) = NameOutcome::from_code(&answered.uitkomst) else {
        return Err(Failure::Unreadable(Box::new(visit.frame)));
    };
    let recorded = match day(&answered.dag, visit.today) {
        Ok(on) => {
            let answer = AnswerGiven { outcome, answered: filled(&answered.naam), source: answered.bron, on };
            payees::check_name(&visit.app.store, &grant, account, &answer).await.map(drop)
        }
        Err(error) => Err(error.into()),
    };
    done(visit, owner, recorded).await
}

/// `POST /naamcontroles/{id}/besluiten`.
pub(super) async fn decide(
    visit: Visit,
    Path(id): Path<String>,
    sent: Sent<Said>,
) -> Result<Response, Failure> {
    let grant = visit.allow(Action::ApprovePayee).await?;
    let (check, said) = (NameCheckId(id_in(&visit, &id)?), form(&visit, sent)?);
    let found = payees::owner_of_check(&mut visit.app.store.read().await?, check).await;
    let owner = found.map_err(|error| missing(&visit, error))?;
    let pays = said.betalen == "ja";
    let decided = payees::decide(&visit.app.store, &grant, check, pays, &said.grond).await.map(drop);
    done(visit, owner, decided).await
}

/// Where somebody lands who had to sign in before one of these.
pub(super) async fn back() -> Redirect {
    Redirect::to("/ontvangers")
}

async fn owner(visit: &Visit, account: CreditorAccountId) -> Result<Uuid, Failure> {
    let owner = payees::owner(&mut visit.app.store.read().await?, account).await;
    owner.map_err(|error| missing(visit, error))
}

fn missing(visit: &Visit, error: FlowError) -> Failure {
    match error {
        FlowError::NotFound { .. } => visit.not_found(),
        error => error.into(),
    }
}

fn form<T>(visit: &Visit, sent: Sent<T>) -> Result<T, Failure> {
    sent.map(|Form(form)| form).map_err(|_| Failure::Unreadable(Box::new(visit.frame.clone())))
}

fn id_in(visit: &Visit, text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| visit.not_found())
}

fn account_in(visit: &Visit, text: &str) -> Result<CreditorAccountId, Failure> {
    id_in(visit, text).map(CreditorAccountId)
}

/// A text of which something was filled in.
fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A day that was filled in; today when it was not.
fn day(text: &str, today: NaiveDate) -> Result<NaiveDate, crate::intake::IntakeError> {
    filled(text).map_or(Ok(today), |text| crate::intake::value::day("dag", &text))
}

fn given(form: &NewAccount) -> Result<AccountGiven, crate::intake::IntakeError> {
    Ok(AccountGiven {
        iban: form.rekening.clone(),
        holder: filled(&form.houder),
        valid_from: filled(&form.vanaf).map(|text| crate::intake::value::day("vanaf", &text)).transpose()?,
        call_back: None,
        verified_by: None,
        joint_request: filled(&form.verzoek),
    })
}

async fn done(visit: Visit, id: Uuid, result: Result<(), FlowError>) -> Result<Response, Failure> {
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/ontvangers/{id}")).into_response()),
        Err(error) => {
            let error = refusal(&error).ok_or(error)?;
            Ok(page(StatusCode::CONFLICT, &read(visit, id, Some(error)).await?))
        }
    }
}

/// Why it did not happen, for the person who tried.
fn refusal(error: &FlowError) -> Option<String> {
    match error {
        FlowError::NotApproved(why) => Some(explain::payee::not_approved(*why).to_owned()),
        FlowError::Exists { what: "payee", id } => Some(format!("Er is al een ontvanger die „{id}” heet.")),
        FlowError::Exists { .. } => Some("Hierover is al besloten.".to_owned()),
        FlowError::Intake(error) => {
            let named = |text: &str| {
                match text {
                    "name" => "Naam",
                    "holder" => "Naam van de rekeninghouder",
                    "call_back.person" => "Met wie gesproken",
                    "call_back.number" => "Telefoonnummer",
                    "call_back.known_from" => "Waar dat nummer al van bekend was",
                    "answered" => "Naam die de bank gaf",
                    "source" => "Waar het antwoord vandaan komt",
                    "ground" | "reason" => "Waarom",
                    text => return text.to_owned(),
                }
                .to_owned()
            };
            let parts = error.dutch.split('`').enumerate();
            let told: String = parts
                .map(
                    |(place, part)| {
                        if place % 2 == 0 { part.to_owned() } else { format!("„{}”", named(part)) }
                    },
                )
                .collect();
            let mut letters = told.chars();
            let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
            Some(format!("{first}{}.", letters.as_str()))
        }
        _ => None,
    }
}

async fn read(visit: Visit, id: Uuid, error: Option<String>) -> Result<Payee, Failure> {
    let found = payees::one(&mut visit.app.store.read().await?, id, visit.today).await?;
    let (listed, uses) = found.ok_or_else(|| visit.not_found())?;
    let accounts = listed.accounts.versions().iter().rev();
    Ok(Payee {
        address_note: listed.may_need_address().then_some(ABROAD),
        address: listed.address.as_ref().map(AddressForm::of).unwrap_or_default(),
        id,
        about: about(&listed),
        household: listed.household.as_ref().map(|(id, _)| *id),
        is_client: matches!(listed.creditor, Creditor::Member(_)),
        waits: listed.waits.as_ref().map(explain::payee::waits),
        error,
        accounts: accounts.map(|version| view(version, &visit.actor)).collect(),
        uses: uses.into_iter().map(use_view).collect(),
        sees_households: visit.actor.may(Action::SeeHouseholds),
        may_record: visit.actor.may(Action::RecordPayee),
        today: visit.today,
        name: listed.name,
        frame: visit.frame,
    })
}

impl AddressForm {
    fn of(address: &PostalAddress) -> AddressForm {
        AddressForm {
            straat: address.street().to_owned(),
            huisnummer: address.number().to_owned(),
            postcode: address.postcode().to_owned(),
            plaats: address.town().to_owned(),
            land: address.country().to_owned(),
        }
    }
}

fn use_view(found: Use) -> UseView {
    let kind = CostKind::from_code(&found.kind).map_or("", words::cost);
    UseView {
        household: found.household,
        number: found.number,
        what: format!("{kind}, kenmerk {}", found.reference),
    }
}

fn by(deed: &Deed) -> String {
    format!("{}, op {}", deed.by, dutch_day(deed.on))
}

fn view(version: &CreditorAccount, actor: &Actor) -> AccountView {
    let allowed = version.may_be_approved_by(&actor.name);
    let may_try = actor.may(Action::ApprovePayee) && version.is_waiting();
    AccountView {
        id: version.id.0,
        iban: actor.account(&version.iban),
        holder: version.holder.clone(),
        from: dutch_day(version.valid_from),
        state: explain::payee::stage(version.stage()),
        stage: version.stage(),
        recorded: by(&version.recorded),
        called: version.call_back.as_ref().map(|call| {
            format!(
                "{}, op {} ({}), door {} op {}",
                call.person,
                call.number,
                call.known_from,
                call.by,
                dutch_day(call.on)
            )
        }),
        approved: version.approved.as_ref().map(by),
        withdrawn: version.withdrawn.as_ref().map(by),
        bounced: version.bounced.as_ref().map(|bounced| {
            let (on, why) = (dutch_day(bounced.on), grip_engine::bank::reason::dutch(&bounced.reason));
            // the code of the bank is for finance only (ruling 24)
            if actor.may(Action::SeeBank) {
                format!("{on}: {why} ({})", bounced.reason)
            } else {
                format!("{on}: {why}")
            }
        }),
        checks: version.name_checks.iter().rev().map(|check| check_view(check, version, actor)).collect(),
        takes_call: version.is_waiting() && version.call_back.is_none(),
        may_approve: may_try && allowed.is_ok(),
        barred: allowed.err().filter(|_| may_try).map(explain::payee::not_approved),
    }
}

fn check_view(check: &NameCheck, version: &CreditorAccount, actor: &Actor) -> CheckView {
    let answered =
        check.answered.as_deref().map(|name| format!(", de bank gaf „{name}”")).unwrap_or_default();
    let outcome = explain::payee::name_outcome(check.outcome);
    let decision = check.decision.as_ref().map(|decision| {
        let what = if decision.pays { "toch betalen" } else { "niet betalen" };
        format!("{what}, omdat: {} ({})", decision.ground, by(&decision.made))
    });
    CheckView {
        id: check.id.0,
        words: format!("{}: {outcome}{answered} ({})", dutch_day(check.on), check.source),
        may_decide: actor.may(Action::ApprovePayee)
            && check.outcome.needs_decision()
            && check.decision.is_none()
            && version.recorded.by != actor.name,
        decision,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use grip_engine::payee::NotApproved;

    #[test]
    fn a_refusal_is_told_in_the_words_of_the_form() {
        let words = |error: FlowError| refusal(&error).unwrap_or_default();
        assert!(words(NotApproved::SamePerson.into()).contains("tweede persoon"));
        let empty = crate::intake::value::said("call_back.number", "").expect_err("nothing was said");
        assert!(words(empty.into()).starts_with("„Telefoonnummer” is"), "a label for a key");
        assert_eq!(refusal(&FlowError::NotSetUp), None);
    }
}

//! Who looks at a page, and what stands around its content.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::NaiveDate;
use grip_engine::access::{Action, Role};
use grip_engine::calendar::dutch_day;

use super::message::Failure;
use super::words;
use crate::app::App;
use crate::auth::grant::{Actor, Grant};
use crate::flow::FlowError;
use crate::store::municipality::{self, Municipality};

/// What stands around the content of a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Frame {
    /// The municipality, once it has been set up.
    pub(super) municipality: Option<String>,
    /// In a demonstration, its day.
    pub(super) demonstration: Option<String>,
    /// Who is signed in.
    pub(super) person: Option<Person>,
    /// The pages this person may see.
    pub(super) links: Vec<Link>,
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// The name they sign in with.
    pub(super) name: String,
    /// Their role in Dutch.
    pub(super) role: &'static str,
}

/// A page in the navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Link {
    /// Where it is.
    pub(super) path: &'static str,
    /// Its name.
    pub(super) name: &'static str,
    /// What is to be found there.
    pub(super) about: &'static str,
    /// True when it is, or holds, the page that is shown.
    pub(super) is_here: bool,
}

/// A visit to a page by somebody who is signed in.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    /// The application.
    pub(super) app: App,
    /// Who.
    pub(super) actor: Actor,
    /// The business day.
    pub(super) today: NaiveDate,
    /// What stands around the page.
    pub(super) frame: Frame,
}

impl Visit {
    /// A grant, or the page that says that it is not allowed.
    pub(super) async fn allow(&self, action: Action) -> Result<Grant, Failure> {
        match self.app.grant(&self.actor, action).await {
            Err(FlowError::NotAllowed(_)) => Err(Failure::NotAllowed(Box::new(self.frame.clone()))),
            result => Ok(result?),
        }
    }

    /// The page that says that there is no such thing.
    pub(super) fn not_found(&self) -> Failure {
        Failure::NotFound(Box::new(self.frame.clone()))
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Visit, Failure> {
        let path = parts.uri.path();
        let Some(actor) = parts.extensions.get::<Actor>().cloned() else {
            let asked = parts.uri.path_and_query().map_or(path, |asked| asked.as_str());
            return Err(Failure::SignIn(asked.to_owned()));
        };
        let municipality = municipality::get(&mut app.store.read().await?).await?;
        let today = app.business_day().await?;
        let frame = Frame::of(municipality, &actor, path);
        Ok(Visit { app: app.clone(), actor, today, frame })
    }
}

impl Frame {
    /// The frame for somebody who is not signed in.
    pub(super) fn of_stranger(municipality: Option<Municipality>) -> Frame {
        let (name, day) = municipality.map(|found| (found.name, found.business_date)).unzip();
        Frame { municipality: name, demonstration: day.flatten().map(dutch_day), ..Frame::default() }
    }

    fn of(municipality: Option<Municipality>, actor: &Actor, path: &str) -> Frame {
        let role = actor.role.map_or("systeem", words::role);
        Frame {
            person: Some(Person { name: actor.name.clone(), role }),
            links: links(actor, path),
            ..Frame::of_stranger(municipality)
        }
    }
}

/// The pages somebody may see.
fn links(actor: &Actor, path: &str) -> Vec<Link> {
    let link = |path, name, about| Link { path, name, about, is_here: false };
    let home = if actor.may(Action::SeeAlerts) {
        link("/", "Werkvoorraad", "Signalen die op actie wachten.")
    } else {
        link("/", "Start", "Wat u hier kunt doen.")
    };
    let mut links = vec![home];
    let more = [
        (Action::SeeHouseholds, "/huishoudens", "Huishoudens", "Plan, betalingen en inrichtingskrediet."),
        (Action::SeeHouseholds, "/taken", "Taken", "Wat er voor huishoudens te doen is, op dag."),
        (Action::SeePayees, "/ontvangers", "Ontvangers", "Wie betaald wordt, en op welke rekening."),
        (Action::SeeRuns, "/betaalruns", "Betaalruns", "Wat er betaald wordt, en de goedkeuring daarvan."),
        (
            Action::SeeBank,
            "/betaalbestanden",
            "Betaalbestanden",
            "Wat naar de bank ging en wat die antwoordde.",
        ),
        (
            Action::SeeBank,
            "/bankafschriften",
            "Bankafschriften",
            "Afschriften van de bank inlezen en bekijken.",
        ),
        (Action::SeeBank, "/onverklaard", "Onverklaard", "Boekingen van de bank die nog niemand verklaarde."),
        (
            Action::SeeSuspense,
            "/tussenrekening",
            "Tussenrekening",
            "Geld van huishoudens dat wacht, met de reden.",
        ),
        (Action::SeeHouseholds, "/steekproeven", "Steekproeven", "Hoe goed bonnen zijn vastgelegd."),
        (Action::RecordFacts, "/besluiten", "Besluiten", "Besluiten van het uitkeringssysteem inlezen."),
    ];
    let may_see = more.into_iter().filter(|(action, ..)| actor.may(*action));
    links.extend(may_see.map(|(_, path, name, about)| link(path, name, about)));
    // everybody may read the policy; it is work for these
    if matches!(actor.role, Some(Role::IncomeOfficer | Role::Administrator | Role::Auditor)) {
        links.push(link("/beleid", "Beleid", "Wat de gemeente zelf kiest."));
    }
    for link in &mut links {
        let below = path.strip_prefix(link.path).is_some_and(|rest| rest.starts_with('/'));
        link.is_here = path == link.path || below;
    }
    links
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(role: Role, path: &str) -> String {
        let actor = Actor { user: None, name: "a".to_owned(), role: Some(role) };
        let mark = |link: Link| if link.is_here { format!("[{}]", link.name) } else { link.name.to_owned() };
        links(&actor, path).into_iter().map(mark).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_navigation_shows_what_a_role_may_see_and_where_they_are() {
        assert_eq!(seen(Role::BudgetCoach, "/"), "[Werkvoorraad] Huishoudens Taken Steekproeven");
        assert_eq!(
            seen(Role::IncomeOfficer, "/huishoudens/1"),
            "Werkvoorraad [Huishoudens] Taken Ontvangers Betaalruns Tussenrekening Steekproeven Besluiten Beleid"
        );
        assert_eq!(
            seen(Role::Finance, "/betaalruns"),
            "Start Ontvangers [Betaalruns] Betaalbestanden Bankafschriften Onverklaard Tussenrekening"
        );
        assert_eq!(seen(Role::Administrator, "/"), "[Start] Beleid");
        assert_eq!(
            seen(Role::Auditor, "/x"),
            "Werkvoorraad Huishoudens Taken Ontvangers Betaalruns Betaalbestanden Bankafschriften Onverklaard \
             Tussenrekening Steekproeven Beleid"
        );
    }
}

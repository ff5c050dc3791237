//! Somebody who has signed in.

use orderbase_application::auth::{self, AcceptInvitation, Login, SignedIn};
use orderbase_application::operators::{self, AddOperator};
use orderbase_application::testing::{PASSWORD, client, ctx, invited};
use orderbase_kernel::{Email, Name, UserId};
use orderbase_tenancy::Role;

use super::app::TestApp;

/// A user of a tenant, with the tokens of one session. The password is [`PASSWORD`].
#[derive(Clone, Debug)]
pub struct Person {
    pub id: UserId,
    pub email: String,
    pub access_token: String,
    pub refresh_token: String,
}

impl TestApp {
    /// A new user of `acme` with this role, who has joined and signed in.
    pub async fn sign_in(&self, role: Role) -> Person {
        let app = &self.world.app;
        let email = format!("{role}-{}@example.com", app.ids.next(app.clock.now()).as_simple());
        let issued = invited(app, &ctx(app, &self.tenant), &Email::parse(&email).unwrap(), role).await;
        let token = issued.text.expose().to_owned();
        let wish = AcceptInvitation { token, name: Name::parse("Ada").unwrap(), password: PASSWORD.to_owned() };
        let user = auth::accept_invitation(app, &client(), wish).await.unwrap();
        self.sign_in_again(user.id(), &email).await
    }

    /// Another session of somebody.
    pub async fn sign_in_again(&self, id: UserId, email: &str) -> Person {
        let signed_in = self.tokens(Some(self.tenant.slug().as_str()), email).await;
        let SignedIn { access_token, refresh_token, .. } = signed_in;
        Person { id, email: email.to_owned(), access_token, refresh_token: refresh_token.unwrap() }
    }

    /// The access token of an operator of the platform.
    pub async fn operator(&self) -> String {
        let email = "operator@example.com";
        let wish = AddOperator { email: Email::parse(email).unwrap(), password: PASSWORD.to_owned() };
        operators::bootstrap(&self.world.app, wish).await.unwrap();
        self.tokens(None, email).await.access_token
    }

    async fn tokens(&self, tenant: Option<&str>, email: &str) -> SignedIn {
        let tenant = tenant.map(str::to_owned);
        let wish = Login { tenant, email: email.to_owned(), password: PASSWORD.to_owned(), scope: None };
        auth::login(&self.world.app, &client(), wish).await.unwrap()
    }
}

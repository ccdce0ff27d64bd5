-- PostgreSQL runs this once, when it creates the database. Latchkey's role owns this database and nothing else.
\getenv password POSTGRES_PASSWORD
create role latchkey login password :'password';
alter database latchkey owner to latchkey;
-- The administrator of PostgreSQL can then connect only from inside its container, without a password.
alter role postgres password null;

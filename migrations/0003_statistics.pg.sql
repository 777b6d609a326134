-- PostgreSQL counts its tables itself.
select 1;

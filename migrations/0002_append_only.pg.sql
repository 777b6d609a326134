-- Rows of money and of what happened are added, never changed (PostgreSQL).

create function grip_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are added, never changed', tg_table_name;
end
$$;

create trigger posting_append_only before update or delete on posting
    for each row execute function grip_append_only();

create trigger entry_append_only before update or delete on entry
    for each row execute function grip_append_only();

create trigger entry_part_append_only before update or delete on entry_part
    for each row execute function grip_append_only();

create trigger payment_state_append_only before update or delete on payment_state
    for each row execute function grip_append_only();

create trigger approval_append_only before update or delete on approval
    for each row execute function grip_append_only();

create trigger audit_append_only before update or delete on audit
    for each row execute function grip_append_only();

create trigger statement_append_only before update or delete on statement
    for each row execute function grip_append_only();

create trigger statement_file_append_only before update or delete on statement_file
    for each row execute function grip_append_only();

create trigger evidence_line_append_only before update or delete on evidence_line
    for each row execute function grip_append_only();

create trigger fact_append_only before update or delete on fact
    for each row execute function grip_append_only();

create trigger plan_append_only before update or delete on plan
    for each row execute function grip_append_only();

create trigger plan_line_append_only before update or delete on plan_line
    for each row execute function grip_append_only();

create trigger plan_share_append_only before update or delete on plan_share
    for each row execute function grip_append_only();

create trigger plan_withholding_append_only before update or delete on plan_withholding
    for each row execute function grip_append_only();

create trigger payment_file_part_append_only before update or delete on payment_file_part
    for each row execute function grip_append_only();

create trigger explanation_append_only before update or delete on explanation
    for each row execute function grip_append_only();

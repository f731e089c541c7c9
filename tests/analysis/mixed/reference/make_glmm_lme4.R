# Rscript make_glmm_lme4.R (in this folder): what lme4 says of sim60 beyond the fits in glmmTMB_sim.json. R 4.2.2, lme4 1.1-31.
suppressMessages({library(lme4); library(jsonlite)})
tight <- glmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-9), tolPwrss = 1e-11)
d <- read.csv("sim60.csv", stringsAsFactors = TRUE)
d$condition <- relevel(d$condition, "control")
m <- glmer(correct ~ condition + x + (1 | participant) + (1 | item), d, binomial, control = tight)
r <- as.data.frame(ranef(m, condVar = TRUE))
ci <- confint(m, parm = "beta_", method = "profile")
two <- droplevels(subset(d, condition != "expB"))
two$c <- ifelse(two$condition == "expA", .5, -.5)
s <- glmer(correct ~ c + (1 | participant) + (1 | item) + (0 + c | item), two, binomial, control = tight)
p <- glmer(correct ~ condition + x + (1 | participant) + (1 | item), d, binomial("probit"), control = tight)
one <- glmer(correct ~ condition + x + (1 | participant), d, binomial, control = tight)
three <- transform(d, wave = factor(as.integer(participant) %% 5))
t3 <- glmer(correct ~ x + (1 | participant) + (1 | item) + (1 | wave), three, binomial, control = tight)
says <- function(m) list(fixef = as.list(fixef(m)), se = as.list(sqrt(diag(as.matrix(vcov(m))))), theta = as.list(getME(m, "theta")), logLik = as.numeric(logLik(m)))
write_json(list(versions = list(R = R.version.string, lme4 = as.character(packageVersion("lme4"))),
  ranef = r[r$grp %in% c("p0000", "p0001", "i000", "i001"), c("grpvar", "grp", "condval", "condsd")],
  profile = data.frame(name = rownames(ci), low = ci[, 1], high = ci[, 2]),
  slope = says(s), probit = says(p), one = says(one), three = says(t3)), "glmm_lme4.json", digits = 10, auto_unbox = TRUE, pretty = TRUE)
